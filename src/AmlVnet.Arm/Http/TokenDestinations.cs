namespace AmlVnet.Arm.Http;

/// <summary>
/// Where the token of a connection may go: to scheme, host and port of the cloud's own services, and to a region's host directly below
/// one of them, such as <c>eastus2.management.azure.com</c>.
/// </summary>
internal sealed class TokenDestinations(params IReadOnlyList<Uri> services)
{
    internal bool Allow(Uri address) => services.Any(service =>
        address.Scheme == service.Scheme && address.Port == service.Port && (IsHost(address, service) || IsRegion(address, service)));

    /// <summary>The address that a service gave, where it can be read; a relative one belongs to the request's own host.</summary>
    internal static Uri? Read(Uri request, string? text) =>
        !string.IsNullOrWhiteSpace(text) && Uri.TryCreate(request, text, out var address) ? address : null;

    /// <summary>An address without path and query, which may be signed, and with its port.</summary>
    internal static string Show(Uri address) =>
        address.GetComponents(UriComponents.Scheme | UriComponents.Host | UriComponents.StrongPort, UriFormat.UriEscaped);

    /// <inheritdoc/>
    public override string ToString() => string.Join(" and ", services.Select(Show).Distinct());

    private static bool IsHost(Uri address, Uri service) => address.IdnHost.Equals(service.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static bool IsRegion(Uri address, Uri service) =>
        service.HostNameType == UriHostNameType.Dns && address.IdnHost.EndsWith("." + service.IdnHost, StringComparison.OrdinalIgnoreCase)
        && address.IdnHost[..^(service.IdnHost.Length + 1)].All(char.IsAsciiLetterOrDigit);
}
