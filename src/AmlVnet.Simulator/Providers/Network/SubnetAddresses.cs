using System.Runtime.CompilerServices;

namespace AmlVnet.Simulator.Providers.Network;

/// <summary>Which addresses of which subnets are taken, and by whom.</summary>
internal sealed class SubnetAddresses(Cloud cloud)
{
    public const string RecordType = "simulator/addresses";

    /// <summary>What a record of an owner's addresses holds.</summary>
    public static Shape Shape { get; } = Shape.Object(("entries", Shape.List(Shape.Object(
        ("subnet", Shape.Text.Required), ("address", Shape.Text.Required), ("configuration", Shape.Text.Required))).Required));

    private readonly ConditionalWeakTable<Resource, Dictionary<string, List<(uint Address, string Configuration)>>> _parsed = [];

    /// <summary>The subnet's own ranges.</summary>
    public static IReadOnlyList<AddressRange> Ranges(JsonObject subnet)
    {
        var properties = subnet.Object("properties");
        var texts = properties.Texts("addressPrefixes").ToList();
        if (texts.Count == 0 && properties.Text("addressPrefix") is { } single)
            texts.Add(single);
        return [.. texts.Where(t => AddressRange.TryParse(t, out _)).Select(t => AddressRange.TryParse(t, out var range) ? range
            : default)];
    }

    /// <summary>The taken addresses of a subnet with the IP configurations that hold them.</summary>
    public IEnumerable<(uint Address, string Configuration)> In(string subnetId) =>
        cloud.World.OfType(RecordType).SelectMany(r => Parsed(r).TryGetValue(subnetId, out var entries) ? entries : []);

    /// <summary>The address that an owner's IP configuration holds in a subnet, or null.</summary>
    public uint? HeldBy(string owner, string configuration, string subnetId) =>
        cloud.World.Find(RecordId(owner)) is { } record && Parsed(record).TryGetValue(subnetId, out var entries)
            ? entries.Where(e => e.Configuration.Same(configuration)).Select(e => (uint?)e.Address).FirstOrDefault() : null;

    /// <summary>Whether Azure keeps an address of a subnet for itself.</summary>
    public static bool IsReserved(JsonObject subnet, uint address) =>
        Ranges(subnet).Any(r => r.Contains(address) && (address < r.First + 4 || address == r.Last));

    /// <summary>How many addresses are left; Azure keeps five of each range for itself.</summary>
    public long Free(string subnetId, JsonObject subnet) => Ranges(subnet).Sum(r => r.Usable) - In(subnetId).Count();

    /// <summary>The lowest free addresses, in order.</summary>
    public IEnumerable<uint> FreeAddresses(string subnetId, JsonObject subnet)
    {
        var taken = In(subnetId).Select(e => e.Address).ToHashSet();
        foreach (var range in Ranges(subnet))
        {
            for (long address = (long)range.First + 4; address < range.Last; address++)
            {
                if (!taken.Contains((uint)address))
                    yield return (uint)address;
            }
        }
    }

    /// <summary>Takes the lowest free addresses for an owner, one for each configuration. Null when there are not enough.</summary>
    public IReadOnlyList<string>? Take(string owner, string subnetId, JsonObject subnet, IReadOnlyList<string> configurations)
    {
        var free = FreeAddresses(subnetId, subnet).Take(configurations.Count).ToList();
        if (free.Count < configurations.Count)
            return null;
        Hold(owner, subnetId, [.. free.Zip(configurations)]);
        return [.. free.Select(AddressRange.Format)];
    }

    /// <summary>Notes addresses, which nobody else has, as an owner's.</summary>
    public void Hold(string owner, string subnetId, IReadOnlyList<(uint Address, string Configuration)> taken)
    {
        var record = cloud.World.Find(RecordId(owner))
            ?? new Resource(RecordId(owner), RecordType, new JsonObject { ["owner"] = owner, ["entries"] = new JsonArray() });
        var entries = record.Body.Array("entries")!;
        foreach (var (address, configuration) in taken)
        {
            entries.Add((JsonNode)new JsonObject
            {
                ["subnet"] = subnetId,
                ["address"] = AddressRange.Format(address),
                ["configuration"] = configuration
            });
        }
        Save(record);
    }

    /// <summary>The owner of the addresses that other interfaces of a subnet have.</summary>
    public static string InterfacesOf(string subnetId) => subnetId + "/interfaces";

    public void Release(string owner) => cloud.World.Remove(RecordId(owner));

    /// <summary>Gives back the owner's addresses whose configuration begins with a text.</summary>
    public void Release(string owner, Func<string, bool> configuration)
    {
        if (cloud.World.Find(RecordId(owner)) is not { } record)
            return;
        var kept = record.Body.Objects("entries").Where(e => !configuration(e.Text("configuration")!)).Select(e => e.DeepClone()).ToArray();
        record.Body["entries"] = new JsonArray(kept);
        Save(record);
    }

    /// <summary>An owner's addresses by subnet; parsed once for each state of the record, because every request looks at all of
    /// them.</summary>
    private Dictionary<string, List<(uint Address, string Configuration)>> Parsed(Resource record) => _parsed.GetValue(record, static r =>
    {
        var bySubnet = new Dictionary<string, List<(uint, string)>>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in r.Body.Objects("entries"))
        {
            var subnet = entry.Text("subnet")!;
            if (!bySubnet.TryGetValue(subnet, out var list))
                bySubnet[subnet] = list = [];
            list.Add((AddressRange.TryParseAddress(entry.Text("address"), out var address) ? address : 0, entry.Text("configuration")!));
        }
        return bySubnet;
    });

    private void Save(Resource record)
    {
        _parsed.Remove(record);
        cloud.World.Save(record);
    }

    private static string RecordId(string owner) => "simulator/addresses" + owner.ToLowerInvariant();
}
