using System.Globalization;
using System.Text.RegularExpressions;

namespace AmlVnet.Simulator.Providers.Compute;

/// <summary>Microsoft.Compute, as far as sizes and core quotas go.</summary>
internal sealed partial class ComputeProvider
{
    private readonly Cloud _cloud;
    private readonly Func<string, IEnumerable<JsonObject>> _pools;

    /// <param name="cloud">The cloud.</param>
    /// <param name="pools">The agent pools of a region, whose nodes take the cores.</param>
    /// <param name="gateway">Where the types are registered.</param>
    public ComputeProvider(Cloud cloud, Func<string, IEnumerable<JsonObject>> pools, Gateway gateway)
    {
        (_cloud, _pools) = (cloud, pools);
        gateway.Add(
            new ResourceType("Microsoft.Compute", "skus", ApiVersions.Compute, ResourceFrame.ReadOnly(Skus).Handle) { InGroups = false },
            new ResourceType("Microsoft.Compute", "locations/usages", ApiVersions.Compute, ResourceFrame.ReadOnly(Usages).Handle)
            { InGroups = false, ChecksParent = false },
            new ResourceType("Microsoft.Compute", "locations/vmSizes", ApiVersions.Compute, ResourceFrame.ReadOnly(Sizes).Handle)
            {
                InGroups = false,
                ChecksParent = false
            });
    }

    private static IEnumerable<JsonObject> Skus(ArmRequest request)
    {
        IEnumerable<string> regions = Regions.Names;
        if (request.QueryValue("$filter") is { Length: > 0 } filter)
        {
            if (LocationIs().Match(filter) is not { Success: true } match)
                throw new ArmException(400, "InvalidFilterInQueryString", $"Invalid $filter '{filter}' specified in the query string.");
            if (Regions.Normalize(match.Groups[1].Value) is not { } region)
                return [];
            regions = [region];
        }
        return VmSizes.All.Select(size => new JsonObject
        {
            ["resourceType"] = "virtualMachines",
            ["name"] = size.Name,
            ["tier"] = "Standard",
            ["size"] = size.Name["Standard_".Length..],
            ["family"] = size.Family,
            ["locations"] = Json.List(regions),
            ["capabilities"] = Capabilities(size.Name, size.Cores, size.MemoryGB),
            ["restrictions"] = new JsonArray(),
        });
    }

    private static IEnumerable<JsonObject> Sizes(ArmRequest request) => VmSizes.All.Select(size => new JsonObject
    {
        ["name"] = size.Name,
        ["numberOfCores"] = size.Cores,
        ["osDiskSizeInMB"] = 1047552,
        ["resourceDiskSizeInMB"] = size.Cores * 51200,
        ["memoryInMB"] = (int)(size.MemoryGB * 1024),
        ["maxDataDiskCount"] = size.Cores * 4,
    });

    private static JsonArray Capabilities(string name, int cores, double memoryGB)
    {
        JsonArray capabilities =
        [
            One("vCPUs", VmSizes.WholeCores(name) ?? cores), One("MemoryGB", memoryGB), One("vCPUsAvailable", cores),
        ];
        if (VmSizes.Retirement(name) is { } day)
            capabilities.Add((JsonNode)new JsonObject { ["name"] = "RetirementDateUtc", ["value"] = day });
        return capabilities;

        static JsonObject One(string name, double value) =>
            new() { ["name"] = name, ["value"] = value.ToString(CultureInfo.InvariantCulture) };
    }

    private IEnumerable<JsonObject> Usages(ArmRequest request)
    {
        var pools = _pools(request.Path.Names[0]).ToList();
        JsonObject Usage(string name, string label, int used) => new()
        {
            ["unit"] = "Count",
            ["currentValue"] = used,
            ["limit"] = _cloud.Settings.CoreQuota,
            ["name"] = new JsonObject { ["value"] = name, ["localizedValue"] = label },
        };
        return new[] { Usage("cores", "Total Regional vCPUs", pools.Sum(AgentPools.Cores)) }
            .Concat(VmSizes.All.GroupBy(s => s.Family).Select(family => Usage(family.Key, $"{family.Key} vCPUs",
                pools.SelectMany(AgentPools.Sizes).Where(one => family.Any(s => s.Name.Same(one.Size)))
                    .Sum(one => one.Count * (VmSizes.Cores(one.Size) ?? 0)))));
    }

    [GeneratedRegex(@"^\s*location\s+eq\s+'([^']*)'\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex LocationIs();
}
