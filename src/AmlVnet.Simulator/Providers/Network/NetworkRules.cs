using System.Globalization;
using System.Text.RegularExpressions;
namespace AmlVnet.Simulator.Providers.Network;

/// <summary>Rules that several network resources share.</summary>
internal static partial class NetworkRules
{
    public static string Location(JsonObject body, Resource? existing)
    {
        var asked = body.Text("location") ?? throw new ArmException(400, "LocationRequired",
            "The location property is required for this definition.")
        { FromGateway = true };
        var location = Regions.Normalize(asked) ?? throw new ArmException(400, "LocationNotAvailableForResourceType",
            $"The provided location '{asked}' is not available for resource type. List of available regions for the resource type is "
                + $"'{string.Join(',', Regions.Names)}'.")
        { FromGateway = true };
        if (existing is not null && !Regions.Same(existing.Location, location))
        {
            throw new ArmException(409, "InvalidResourceLocation",
                $"The resource '{existing.Name}' already exists in location '{existing.Location}' in resource group "
                    + $"'{ResourcePath.Parse(existing.Id).Group}'. "
                + $"A resource with the same name cannot be created in location '{location}'. Please select a new resource name.")
            { FromGateway = true };
        }
        return location;
    }

    /// <summary>The id of a new top-level resource in its canonical spelling.</summary>
    public static string Id(Cloud cloud, ArmRequest request, string type) =>
        $"{cloud.World.Find(request.Path.Container)!.Id}/providers/{request.Type!.Namespace}/{type}/{request.Path.Names[0]}";

    /// <summary>
    /// Refuses a name that no network resource may have (Microsoft Learn: "Naming rules and restrictions for Azure resources"; the
    /// sentence:
    /// recorded).
    /// </summary>
    public static void CheckName(string name, int least = 1, int most = 80)
    {
        if (name.Length >= least && name.Length <= most && Name().IsMatch(name))
            return;
        var length = string.Create(CultureInfo.InvariantCulture, $"{(least > 1 ? $"from {least} " : "")}up to {most}");
        throw new ArmException(400, "InvalidResourceName",
            $"Resource name {name} is invalid. The name can be {length} characters long. It must begin with a word character, and it must "
            + "end with a word character or with '_'. The name may contain word characters or '.', '-', '_'.");
    }

    public static AddressRange Prefix(string text, string resource)
    {
        if (AddressRange.TryParse(text, out var range))
            return range;
        throw AddressRange.TryParse(text, out var network, allowHostBits: true)
            ? new ArmException(400, "InvalidCIDRNotation",
                $"The address prefix {text} in resource {resource} has an invalid CIDR notation. For the given prefix length, the address "
                + $"prefix should be {network}.")
            : new ArmException(400, "InvalidAddressPrefixFormat",
                $"Address prefix {text} of resource {resource} is not formatted correctly. It should follow CIDR notation, for example "
                + "10.0.0.0/24.");
    }

    public static IReadOnlyList<AddressRange> Space(Resource network) =>
        [.. network.Properties.Object("addressSpace").Texts("addressPrefixes").Select(p => AddressRange.TryParse(p, out var range) ? range
            : default)];

    public static ArmException SubnetsOverlap(string subnet, string network) => new(400, "NetcfgSubnetRangesOverlap",
        $"Subnet '{subnet}' is not valid because its IP address range overlaps with that of an existing subnet in virtual network "
            + $"'{network}'.");

    public static ArmException SubnetOutside(string subnet, string network) =>
        new(400, "NetcfgInvalidSubnet", $"Subnet '{subnet}' is not valid in virtual network '{network}'.");

    [GeneratedRegex(@"^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$")]
    private static partial Regex Name();
}
