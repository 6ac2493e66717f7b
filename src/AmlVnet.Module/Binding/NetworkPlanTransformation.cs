using System.Collections;
using AmlVnet.Core.Checks;
using AmlVnet.Core.Proposals;

namespace AmlVnet.Cmdlets.Binding;

/// <summary>Binds a plan, also one that comes back from a file or a job.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NetworkPlanTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        NetworkPlanBinding.Read(inputData) ?? inputData;
}

/// <summary>Reads a plan from what is piped.</summary>
internal static class NetworkPlanBinding
{
    /// <summary>The plan, live or from its copy; null where the input is none.</summary>
    internal static AksNetworkPlan? Read(object? input)
    {
        if (input is null) return null;
        var copy = PSObject.AsPSObject(input);
        if (copy.BaseObject is AksNetworkPlan live) return live;
        // No other object of this module or of Az has these two.
        if (Value(copy, nameof(AksNetworkPlan.IsUsable)) is not { } usable || copy.Properties[nameof(AksNetworkPlan.DnsServiceIP)] is null)
            return null;
        var plan = new AksNetworkPlan
        {
            SubnetId = Text(copy, nameof(AksNetworkPlan.SubnetId)),
            SubnetAddressPrefix = Texts(copy, nameof(AksNetworkPlan.SubnetAddressPrefix)),
            VirtualNetworkAddressPrefix = Texts(copy, nameof(AksNetworkPlan.VirtualNetworkAddressPrefix)),
            PeeredAddressPrefix = Texts(copy, nameof(AksNetworkPlan.PeeredAddressPrefix)),
            UnreadPeering = Texts(copy, nameof(AksNetworkPlan.UnreadPeering)),
            ReservedAddressPrefix = Texts(copy, nameof(AksNetworkPlan.ReservedAddressPrefix)),
            Location = Text(copy, nameof(AksNetworkPlan.Location)),
            ServiceCidr = Text(copy, nameof(AksNetworkPlan.ServiceCidr)),
            DnsServiceIP = Text(copy, nameof(AksNetworkPlan.DnsServiceIP)),
            DockerBridgeCidr = Text(copy, nameof(AksNetworkPlan.DockerBridgeCidr)),
            PodCidr = Text(copy, nameof(AksNetworkPlan.PodCidr)),
            Capacity = Capacity(Value(copy, nameof(AksNetworkPlan.Capacity))),
            Reason =
            [
                .. Items(copy, nameof(AksNetworkPlan.Reason)).Select(PSObject.AsPSObject)
                    .Where(static one => one.Properties[nameof(NetworkPlanReason.Name)] is not null)
                    .Select(static one => new NetworkPlanReason(Text(one, nameof(NetworkPlanReason.Name)) ?? "", Text(one,
                        nameof(NetworkPlanReason.Value)),
                        Text(one, nameof(NetworkPlanReason.Text)) ?? "")),
            ],
            Checks = [.. Items(copy, nameof(AksNetworkPlan.Checks)).Select(CheckResultTransformationAttribute.One).OfType<CheckResult>()],
        };
        // A file can be edited, and a copy may have lost what its checks found: they run again, and what it said of itself it keeps.
        plan = plan with { Checks = Checked(plan) };
        return LanguagePrimitives.IsTrue(usable) || !plan.IsUsable ? plan : plan with { ServiceCidr = null };
    }

    /// <summary>What the checks say of the values now, and what the copy's own had found that needs more than the values to see.</summary>
    private static CheckResult[] Checked(AksNetworkPlan plan)
    {
        var now = CheckCatalogue.Run(AksNetworkPlanner.FactsOf(plan), CheckStage.Offline);
        return [.. now.Select(one => one.Status is CheckStatus.NotApplicable or CheckStatus.Unknown && Array.Find(plan.Checks, before =>
            before.Id == one.Id) is { } kept
            ? kept : one)];
    }

    private static object? Value(PSObject copy, string name) => copy.Properties[name]?.Value is { } value and not "" ? value : null;

    private static string? Text(PSObject copy, string name) => Value(copy, name)?.ToString();

    private static string[] Texts(PSObject copy, string name) => [.. Items(copy, name).Select(static one => one.ToString()!)];

    private static IEnumerable<object> Items(PSObject copy, string name)
    {
        var value = Value(copy, name) is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : Value(copy, name);
        return value switch
        {
            null => [],
            IEnumerable many and not string => many.Cast<object>(),
            _ => [value],
        };
    }

    /// <summary>Null where a copy was not deep enough to keep it: then nothing is known of the subnet's room.</summary>
    private static SubnetCapacity? Capacity(object? value)
    {
        if (value is null) return null;
        var copy = PSObject.AsPSObject(value);
        if (copy.BaseObject is SubnetCapacity live) return live;
        if (copy.Properties[nameof(SubnetCapacity.FittingPrefixLength)] is null) return null;
        return new SubnetCapacity
        {
            Subnet = Text(copy, nameof(SubnetCapacity.Subnet)) ?? "",
            PrefixLength = Number<int>(nameof(SubnetCapacity.PrefixLength)),
            AddressPrefix = Texts(copy, nameof(SubnetCapacity.AddressPrefix)),
            NodeCount = Number<int>(nameof(SubnetCapacity.NodeCount)),
            SurgeNodeCount = Number<int>(nameof(SubnetCapacity.SurgeNodeCount)),
            MaxPodsPerNode = Number<int>(nameof(SubnetCapacity.MaxPodsPerNode)),
            LoadBalancerAddressCount = Number<int>(nameof(SubnetCapacity.LoadBalancerAddressCount)),
            NodeAddressCount = Number<int>(nameof(SubnetCapacity.NodeAddressCount)),
            ReservedCount = Number<int>(nameof(SubnetCapacity.ReservedCount)),
            UsableCount = Number<long>(nameof(SubnetCapacity.UsableCount)),
            UsedCount = Number<int?>(nameof(SubnetCapacity.UsedCount)),
            FittingPrefixLength = Number<int>(nameof(SubnetCapacity.FittingPrefixLength)),
        };

        T Number<T>(string name) => LanguagePrimitives.ConvertTo<T>(Value(copy, name));
    }
}
