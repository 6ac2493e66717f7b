namespace AmlVnet.Core.Changes;

/// <summary>Writes an A record of a private DNS zone. The target is the record set.</summary>
public sealed record PutAddressRecord : Step
{
    /// <summary>The address that the name is to have.</summary>
    public required string Address { get; init; }

    /// <summary>The compute that it stands for: it marks the record as this module's.</summary>
    public required string ComputeId { get; init; }

    /// <summary>The version that was read; null where there was none.</summary>
    public string? Etag { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs => [new(ArmId.Parse(Target).Parent!.ToString(), DnsPlans.WriteAction)];
}

/// <summary>Removes an A record set of a private DNS zone. The target is the record set.</summary>
public sealed record DeleteAddressRecord : Step
{
    /// <summary>The version that was read.</summary>
    public string? Etag { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs => [new(ArmId.Parse(Target).Parent!.ToString(), DnsPlans.DeleteAction)];
}

/// <summary>Plans the name of an endpoint in a private DNS zone.</summary>
public static class DnsPlans
{
    /// <summary>What writing takes.</summary>
    public const string WriteAction = "Microsoft.Network/privateDnsZones/A/write";

    /// <summary>What removing takes.</summary>
    public const string DeleteAction = "Microsoft.Network/privateDnsZones/A/delete";

    /// <summary>The metadata by which a record is this module's: the ARM id of the compute.</summary>
    public const string Mark = "amlvnetCompute";

    /// <summary>How long a resolver may keep the address, in seconds: short, for a router that is made anew may get another one.</summary>
    public const int TimeToLive = 300;

    /// <summary>The name of an endpoint: the host name of its certificate, else that of its compute in the zone.</summary>
    /// <param name="compute">The compute.</param>
    /// <param name="cname">The host name in the certificate; null without TLS.</param>
    /// <param name="zone">The zone's name; null where there is none.</param>
    public static string? NameOf(ArmId compute, string? cname, string? zone)
    {
        ArgumentNullException.ThrowIfNull(compute);
        return cname ?? (zone is null ? null : $"{compute.Name.ToLowerInvariant()}.{zone}");
    }

    /// <summary>Whether a zone can hold a name.</summary>
    public static bool Holds(string zone, string name)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(name);
        return name.Equals(zone, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + zone, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The record set of a name in a zone.</summary>
    /// <exception cref="AmlVnetException">The zone can't hold the name.</exception>
    public static ArmId RecordOf(ArmId zone, string name)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(name);
        if (!Holds(zone.Name, name))
            throw Problems.InvalidValue("DnsZoneId", zone.ToString(),
                $"the host name of the endpoint is '{name}', which is not in the zone {zone.Name}; give the zone that it is in.");
        return zone.Child("A", name.Length == zone.Name.Length ? "@" : name[..^(zone.Name.Length + 1)].ToLowerInvariant());
    }

    /// <summary>Plans the writing. A record of somebody else's is never changed.</summary>
    /// <param name="record">The record set.</param>
    /// <param name="compute">The compute that the name stands for.</param>
    /// <param name="address">The address of its endpoint.</param>
    /// <param name="now">What is there; null where nothing is.</param>
    /// <exception cref="AmlVnetException">Somebody else's record has the name with another address.</exception>
    public static Plan Write(ArmId record, ArmId compute, string address, AddressRecordFacts? now)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(compute);
        var name = NameOf(record);
        if (now is not null && now.Addresses.Count == 1 && now.Addresses[0] == address)
            return new Plan { Remarks = [$"{name} leads to {address} already; nothing is written."] };
        if (now is not null && !ArmId.AreSame(now.Owner, compute.ToString()))
            throw Problems.RecordTaken(record.ToString(), name, string.Join(", ", now.Addresses), address);
        return new Plan
        {
            Steps =
            [
                new PutAddressRecord
                {
                    Target = record.ToString(),
                    Sentence = $"Write the A record {name} -> {address}" + (now is null ? "" : " (before: "
                        + $"{string.Join(", ", now.Addresses)})"),
                    Values = [new(name, now is null ? null : string.Join(", ", now.Addresses), address)],
                    Address = address,
                    ComputeId = compute.ToString(),
                    Etag = now?.Etag,
                },
            ],
        };
    }

    /// <summary>Plans the removing of what this module wrote for a compute; what others wrote stays.</summary>
    public static Plan Remove(ArmId compute, IReadOnlyList<AddressRecordFacts> records)
    {
        ArgumentNullException.ThrowIfNull(compute);
        ArgumentNullException.ThrowIfNull(records);
        return new Plan
        {
            Steps =
            [
                .. records.Where(one => ArmId.AreSame(one.Owner, compute.ToString())).Select(static one => new DeleteAddressRecord
                {
                    Target = one.Id,
                    Sentence = $"Remove the A record {NameOf(ArmId.Parse(one.Id))} -> {string.Join(", ", one.Addresses)}",
                    Values = [new(NameOf(ArmId.Parse(one.Id)), string.Join(", ", one.Addresses), null)],
                    Etag = one.Etag,
                }),
            ],
            Remarks = [.. records.Where(one => !ArmId.AreSame(one.Owner, compute.ToString()))
                .Select(static one => $"The A record '{one.Id}' was not written by this module and stays.")],
        };
    }

    /// <summary>The name of a record set, its zone's included.</summary>
    public static string NameOf(ArmId record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record.Name == "@" ? record.Parent!.Name : $"{record.Name}.{record.Parent!.Name}";
    }
}
