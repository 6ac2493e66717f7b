namespace AmlVnet.Core.Facts;

/// <summary>An A record set of a private DNS zone.</summary>
/// <param name="Id">Its ARM id.</param>
/// <param name="Addresses">The addresses.</param>
/// <param name="Owner">The ARM id of the compute that this module wrote it for; null where somebody else wrote it.</param>
/// <param name="Etag">Its version.</param>
public sealed record AddressRecordFacts(string Id, IReadOnlyList<string> Addresses, string? Owner, string? Etag);
