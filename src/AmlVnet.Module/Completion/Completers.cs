using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation.Language;
using AmlVnet.Arm.Http;
using AmlVnet.Arm.SignIn;
using AmlVnet.Core.Facts;

namespace AmlVnet.Cmdlets.Completion;

/// <summary>A value to offer, and what it is.</summary>
internal readonly record struct Choice(string Value, string Tooltip)
{
    /// <summary>The kind of compute that it is or stands for; null where it is none.</summary>
    internal ComputeType? Kind { get; init; }

    /// <summary>Whether a command takes it: those of one kind of compute name the kind.</summary>
    internal bool Fits(string command) => Kind is null
        || (!command.Contains("AmlKubernetes", StringComparison.OrdinalIgnoreCase) || Kind == ComputeType.Kubernetes)
        && (!(command.Contains("AmlAksCompute", StringComparison.OrdinalIgnoreCase)
            || command.Contains("AksLoadBalancer", StringComparison.OrdinalIgnoreCase)) || Kind == ComputeType.Aks);
}

/// <summary>
/// Completes an argument from what the connection sees. Pressing Tab must never fail, never write, and never take long: what is
/// not there within the time limit is offered the next time.
/// </summary>
internal abstract class AzureCompleter : IArgumentCompleter
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);
    private static readonly ConcurrentDictionary<(AzureConnection, string), (DateTimeOffset ReadOn, Task<Choice[]> Choices)> Cache = new();

    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete,
        CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var context = (fakeBoundParameters["DefaultProfile"] as PSObject)?.BaseObject as AmlVnetContext
                ?? fakeBoundParameters["DefaultProfile"] as AmlVnetContext ?? Session.Current.Context;
            if (context?.Connection is not AzureConnection azure) return NoFileCompleter.Keep(wordToComplete);
            var bound = new BoundNames(fakeBoundParameters, context.SubscriptionId);
            var choices = Read(azure, bound);
            if (!choices.Wait(TimeLimit)) return NoFileCompleter.Keep(wordToComplete);
            var pattern = new WildcardPattern(wordToComplete.Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
            CompletionResult[] found =
                [.. choices.Result.Where(c => pattern.IsMatch(c.Value) && c.Fits(commandName)).OrderBy(static c => c.Value,
                StringComparer.OrdinalIgnoreCase)
                .Select(static c => new CompletionResult(Quoted(c.Value), c.Value, CompletionResultType.ParameterValue, c.Tooltip))];
            return found.Length > 0 ? found : NoFileCompleter.Keep(wordToComplete);
        }
        catch (Exception e) when (e is AmlVnetException or AggregateException or ArgumentException or InvalidOperationException)
        {
            return NoFileCompleter.Keep(wordToComplete);
        }
    }

    /// <summary>What else the choices depend on; null when that is not known yet and nothing can be offered.</summary>
    protected abstract string? Scope(BoundNames bound);

    protected abstract IAsyncEnumerable<Choice> ListAsync(AzureWork azure, BoundNames bound, CancellationToken cancel);

    /// <summary>A value as it must stand in a command line.</summary>
    internal static string Quoted(string value) =>
        value.All(static c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/') && value.Length > 0 && value[0] is not ('-' or '.')
            ? value
            : "'" + value.Replace("'", "''", StringComparison.Ordinal) + "'";

    private Task<Choice[]> Read(AzureConnection azure, BoundNames bound)
    {
        if (Scope(bound) is not { } scope) return Task.FromResult<Choice[]>([]);
        var key = (azure, $"{GetType().Name} {scope}".ToUpperInvariant());
        if (Cache.TryGetValue(key, out var known) && DateTimeOffset.UtcNow - known.ReadOn < Freshness && !known.Choices.IsFaulted)
            return known.Choices;
        var reading = Task.Run(async () =>
        {
            var found = new List<Choice>();
            await foreach (var choice in ListAsync(new AzureWork(azure), bound, CancellationToken.None).ConfigureAwait(false))
                found.Add(choice);
            return found.ToArray();
        });
        Cache[key] = (DateTimeOffset.UtcNow, reading);
        return reading;
    }
}

/// <summary>The other parameters on the command line, as far as they are known while completing.</summary>
internal sealed class BoundNames(IDictionary bound, string contextSubscription)
{
    internal string Subscription => this["SubscriptionId"] ?? contextSubscription;

    internal ArmId SubscriptionScope => ArmId.ForSubscription(Subscription);

    internal string? this[string name] => bound[name]?.ToString() is { Length: > 0 } value ? value : null;

    /// <summary>The ARM id that a parameter holds: as text, or as an object's Id or ResourceId.</summary>
    internal ArmId? Id(string name, string resourceType)
    {
        if (bound[name] is not { } value) return null;
        var properties = PSObject.AsPSObject(value).Properties;
        var text = (value as PSObject)?.BaseObject as string ?? value as string
            ?? (properties["Id"] ?? properties["ResourceId"])?.Value as string;
        return ArmId.TryParse(text, resourceType, out var id, out _) ? id : null;
    }
}

/// <summary>Subscriptions.</summary>
internal sealed class SubscriptionCompleter : AzureCompleter
{
    protected override string? Scope(BoundNames bound) => "";

    protected override async IAsyncEnumerable<Choice> ListAsync(AzureWork azure, BoundNames bound,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var (id, name, _) in azure.Subscriptions.ListAsync(cancel).ConfigureAwait(false)) yield return new Choice(id, name);
    }
}

/// <summary>Workspaces.</summary>
internal sealed class WorkspaceCompleter : AzureCompleter
{
    protected override string? Scope(BoundNames bound) => $"{bound.Subscription}/{bound["ResourceGroupName"]}";

    protected override async IAsyncEnumerable<Choice> ListAsync(AzureWork azure, BoundNames bound,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var scope = bound["ResourceGroupName"] is { } group ? ArmId.ForResourceGroup(bound.Subscription, group) : bound.SubscriptionScope;
        await foreach (var workspace in azure.Listings.WorkspacesAsync(scope, cancel).ConfigureAwait(false))
            if (ArmId.TryParse(workspace.Id, out var id, out _))
                yield return new Choice(id.Name, $"workspace in {id.ResourceGroupName}, {workspace.Location}");
    }
}

/// <summary>Ids of workspaces.</summary>
internal sealed class WorkspaceIdCompleter : AzureCompleter
{
    protected override string? Scope(BoundNames bound) => bound.Subscription;

    protected override async IAsyncEnumerable<Choice> ListAsync(AzureWork azure, BoundNames bound,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var workspace in azure.Listings.WorkspacesAsync(bound.SubscriptionScope, cancel).ConfigureAwait(false))
            if (ArmId.TryParse(workspace.Id, out var id, out _))
                yield return new Choice(id.ToString(), $"workspace {id.Name} in {id.ResourceGroupName}, {workspace.Location}");
    }
}

/// <summary>Ids of the computes of all workspaces.</summary>
internal sealed class ComputeIdCompleter : AzureCompleter
{
    protected override string? Scope(BoundNames bound) => bound.Subscription;

    protected override async IAsyncEnumerable<Choice> ListAsync(AzureWork azure, BoundNames bound,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var workspace in azure.Listings.WorkspacesAsync(bound.SubscriptionScope, cancel).ConfigureAwait(false))
        {
            if (!ArmId.TryParse(workspace.Id, out var id, out _)) continue;
            await foreach (var compute in azure.KubernetesComputes.ListEitherAsync(id, cancel).ConfigureAwait(false))
                yield return compute is KubernetesCompute own
                    ? new Choice(own.Id, $"Kubernetes compute {own.Name} of {own.WorkspaceName}, {own.ProvisioningState}")
                    { Kind = ComputeType.Kubernetes }
                    : compute is AksCompute aks
                    ? new Choice(aks.Id,
                        $"AKS compute {aks.Name} of {aks.WorkspaceName}, {aks.ProvisioningState}")
                    { Kind = ComputeType.Aks }
                    : throw new InvalidOperationException("A compute is of one kind or the other.");
        }
    }
}

/// <summary>Service tags that Azure lists, and what stands for everybody or for the network itself.</summary>
internal sealed class ServiceTagCompleter : AzureCompleter
{
    private static readonly Choice[] Usual =
    [
        new("VirtualNetwork", "the virtual network, its peers and what is routed to it"), new("AzureLoadBalancer", "Azure's probes"),
        new("Internet", "everybody outside the network"), new("AzureCloud", "all addresses of Azure"),
    ];

    protected override string? Scope(BoundNames bound) => $"{bound.Subscription}/{bound["Location"]}";

    protected override async IAsyncEnumerable<Choice> ListAsync(AzureWork azure, BoundNames bound,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var tag in Usual) yield return tag;
        var region = bound["Location"];
        if (region is null)
            await foreach (var workspace in azure.Listings.WorkspacesAsync(bound.SubscriptionScope, cancel).ConfigureAwait(false))
            {
                region = workspace.Location;
                break;
            }

        if (region is null) yield break;
        foreach (var tag in await ReadAsync(azure, bound.Subscription, region, cancel).ConfigureAwait(false))
            if (!Array.Exists(Usual, one => one.Value.Equals(tag, StringComparison.OrdinalIgnoreCase)))
                yield return new Choice(tag, "service tag");
    }

    private static async Task<string[]> ReadAsync(AzureWork azure, string subscription, string region, CancellationToken cancel)
    {
        try
        {
            return [.. await azure.Listings.ServiceTagsAsync(subscription, region, cancel).ConfigureAwait(false)];
        }
        catch (AmlVnetException)
        {
            return [];
        }
    }
}

/// <summary>Computes of a workspace, of the kind that the command is for.</summary>
internal sealed class ComputeCompleter : AzureCompleter
{
    protected override string? Scope(BoundNames bound) =>
        bound["ResourceGroupName"] is { } group && bound["WorkspaceName"] is { } workspace
            ? $"{bound.Subscription}/{group}/{workspace}" : null;

    protected override async IAsyncEnumerable<Choice> ListAsync(AzureWork azure, BoundNames bound,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var workspace = ArmId.ForWorkspace(bound.Subscription, bound["ResourceGroupName"]!, bound["WorkspaceName"]!);
        await foreach (var compute in azure.KubernetesComputes.ListEitherAsync(workspace, cancel).ConfigureAwait(false))
            if (compute is KubernetesCompute own)
                yield return new Choice(own.Name, $"Kubernetes, {own.ProvisioningState}, namespace {own.Namespace}")
                { Kind = ComputeType.Kubernetes };
            else if (compute is AksCompute aks)
                yield return new Choice(aks.Name, $"AKS, {aks.ProvisioningState}, {aks.LoadBalancerType}, {aks.ScoringIPAddress}")
                { Kind = ComputeType.Aks };
    }
}

/// <summary>Virtual networks.</summary>
internal sealed class VirtualNetworkCompleter : AzureCompleter
{
    protected override string? Scope(BoundNames bound) => $"{bound.Subscription}/{bound["VirtualNetworkResourceGroupName"]}";

    protected override async IAsyncEnumerable<Choice> ListAsync(AzureWork azure, BoundNames bound,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var scope = bound["VirtualNetworkResourceGroupName"] is { } group ? ArmId.ForResourceGroup(bound.Subscription, group)
            : bound.SubscriptionScope;
        await foreach (var network in azure.Listings.NetworksAsync(scope, cancel).ConfigureAwait(false))
            yield return new Choice(network.Id.Name, $"{network.Prefixes} in {network.Location}");
    }
}

/// <summary>Subnets of the virtual network on the command line, or of the one that the named compute is in.</summary>
internal sealed class SubnetCompleter : AzureCompleter
{
    protected override string? Scope(BoundNames bound) =>
        NetworkOn(bound) is { } network ? network.ToString()
        : ComputeOn(bound) is { } compute ? compute.ToString()
        : null;

    protected override async IAsyncEnumerable<Choice> ListAsync(AzureWork azure, BoundNames bound,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var id = NetworkOn(bound)
            ?? (await azure.Clusters.FindAsync(ComputeOn(bound)!, cancel).ConfigureAwait(false)).RequireSubnet().Parent!;
        var network = await azure.Listings.FindNetworkAsync(id, cancel).ConfigureAwait(false);
        foreach (var subnet in network?.Subnets ?? []) yield return new Choice(subnet.Id.Name, subnet.Prefixes);
    }

    private static ArmId? NetworkOn(BoundNames bound) =>
        bound["VirtualNetworkResourceGroupName"] is { } group && bound["VirtualNetworkName"] is { } network
        ? ArmId.ForVirtualNetwork(bound.Subscription, group, network)
        : bound.Id("SubnetId", ResourceTypes.Subnet)?.Parent;

    private static ArmId? ComputeOn(BoundNames bound) =>
        bound.Id("InputObject", ResourceTypes.Compute) ?? bound.Id("InputObject", ResourceTypes.Cluster)
        ?? bound.Id("ResourceId", ResourceTypes.Compute) ?? bound.Id("ResourceId", ResourceTypes.Cluster) ?? bound.Id("Cluster",
            ResourceTypes.Cluster)
        ?? (bound["ClusterResourceGroupName"] is { } clusterGroup && bound["ClusterName"] is { } cluster
            ? ArmId.ForCluster(bound.Subscription, clusterGroup, cluster) : null)
        ?? (bound["ResourceGroupName"] is { } group && bound["WorkspaceName"] is { } workspace && bound["Name"] is { } name
            ? ArmId.ForCompute(bound.Subscription, group, workspace, name)
            : null);
}

/// <summary>Ids of subnets.</summary>
internal sealed class SubnetIdCompleter : AzureCompleter
{
    protected override string? Scope(BoundNames bound) => bound.Subscription;

    protected override async IAsyncEnumerable<Choice> ListAsync(AzureWork azure, BoundNames bound,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var network in azure.Listings.NetworksAsync(bound.SubscriptionScope, cancel).ConfigureAwait(false))
            foreach (var subnet in network.Subnets)
                yield return new Choice(subnet.Id.ToString(), $"{subnet.Prefixes} of {network.Id.Name} in {network.Location}");
    }
}

/// <summary>AKS clusters.</summary>
internal sealed class ClusterCompleter : AzureCompleter
{
    protected override string? Scope(BoundNames bound) => $"{bound.Subscription}/{Group(bound)}";

    protected override async IAsyncEnumerable<Choice> ListAsync(AzureWork azure, BoundNames bound,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var scope = Group(bound) is { } group ? ArmId.ForResourceGroup(bound.Subscription, group) : bound.SubscriptionScope;
        await foreach (var cluster in azure.Listings.ClustersAsync(scope, cancel).ConfigureAwait(false))
            yield return new Choice(cluster.Id.Name,
                $"cluster in {cluster.Id.ResourceGroupName}, {cluster.Location}, Kubernetes {cluster.KubernetesVersion}");
    }

    private static string? Group(BoundNames bound) => bound["ClusterResourceGroupName"] ?? bound["ResourceGroupName"];
}

/// <summary>Ids of AKS clusters.</summary>
internal sealed class ClusterIdCompleter : AzureCompleter
{
    protected override string? Scope(BoundNames bound) => bound.Subscription;

    protected override async IAsyncEnumerable<Choice> ListAsync(AzureWork azure, BoundNames bound,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var cluster in azure.Listings.ClustersAsync(bound.SubscriptionScope, cancel).ConfigureAwait(false))
            yield return new Choice(cluster.Id.ToString(),
                $"cluster {cluster.Id.Name} in {cluster.Id.ResourceGroupName}, {cluster.Location}");
    }
}

/// <summary>Sizes of virtual machines that have the cores an inferencing cluster needs, in the region on the command line.</summary>
internal sealed class VmSizeCompleter : AzureCompleter
{
    protected override string? Scope(BoundNames bound) => $"{bound.Subscription}/{bound["Location"]}";

    protected override async IAsyncEnumerable<Choice> ListAsync(AzureWork azure, BoundNames bound,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        await foreach (var size in azure.VmSizes.ListAsync(bound.Subscription, bound["Location"], cancel).ConfigureAwait(false))
            if (seen.Add(size.Name))
                yield return new Choice(size.Name, size.Cores is { } cores ? $"{cores} virtual CPUs" : size.Name);
    }
}

/// <summary>Regions in which the subscription may work.</summary>
internal sealed class LocationCompleter : AzureCompleter
{
    protected override string? Scope(BoundNames bound) => bound.Subscription;

    protected override async IAsyncEnumerable<Choice> ListAsync(AzureWork azure, BoundNames bound,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var (name, displayName, _) in azure.Subscriptions.ListLocationsAsync(bound.Subscription,
            cancel).ConfigureAwait(false))
            yield return new Choice(name, displayName);
    }
}

/// <summary>Completes the clouds that have a name.</summary>
internal sealed class EnvironmentCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete,
        CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var pattern = new WildcardPattern(wordToComplete.Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
        return AzureCloud.Known.Where(c => pattern.IsMatch(c.Name))
            .Select(static c => new CompletionResult(c.Name, c.Name, CompletionResultType.ParameterValue, c.ArmEndpoint.Host));
    }
}

/// <summary>Resource groups that hold something of one kind.</summary>
internal abstract class GroupCompleter(string kind) : AzureCompleter
{
    protected override string? Scope(BoundNames bound) => bound.Subscription;

    protected abstract IAsyncEnumerable<string?> IdsAsync(AzureWork azure, BoundNames bound, CancellationToken cancel);

    protected override async IAsyncEnumerable<Choice> ListAsync(AzureWork azure, BoundNames bound,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        await foreach (var text in IdsAsync(azure, bound, cancel).ConfigureAwait(false))
            if (ArmId.TryParse(text, out var id, out _) && seen.Add(id.ResourceGroupName!))
                yield return new Choice(id.ResourceGroupName!, $"resource group of {kind} {id.Name}");
    }

    private protected static async IAsyncEnumerable<string?> IdsOf<T>(IAsyncEnumerable<T> resources, Func<T, string> id)
    {
        await foreach (var resource in resources.ConfigureAwait(false)) yield return id(resource);
    }
}

/// <summary>Resource groups that hold workspaces.</summary>
internal sealed class WorkspaceGroupCompleter() : GroupCompleter("workspace")
{
    protected override IAsyncEnumerable<string?> IdsAsync(AzureWork azure, BoundNames bound, CancellationToken cancel) =>
        IdsOf(azure.Listings.WorkspacesAsync(bound.SubscriptionScope, cancel), static one => one.Id);
}

/// <summary>Resource groups that hold virtual networks.</summary>
internal sealed class NetworkGroupCompleter() : GroupCompleter("virtual network")
{
    protected override IAsyncEnumerable<string?> IdsAsync(AzureWork azure, BoundNames bound, CancellationToken cancel) =>
        IdsOf(azure.Listings.NetworksAsync(bound.SubscriptionScope, cancel), static one => one.Id.ToString());
}

/// <summary>Resource groups that hold AKS clusters or workspaces, as the other parameters ask for.</summary>
internal sealed class ClusterOrWorkspaceGroupCompleter() : GroupCompleter("cluster or workspace")
{
    protected override string? Scope(BoundNames bound) => $"{bound.Subscription}/{IsForCluster(bound)}/{IsForWorkspace(bound)}";

    protected override async IAsyncEnumerable<string?> IdsAsync(AzureWork azure, BoundNames bound,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        if (!IsForCluster(bound))
            await foreach (var id in IdsOf(azure.Listings.WorkspacesAsync(bound.SubscriptionScope, cancel),
                static one => one.Id).ConfigureAwait(false)) yield return id;
        if (!IsForWorkspace(bound))
            await foreach (var id in IdsOf(azure.Listings.ClustersAsync(bound.SubscriptionScope, cancel),
                static one => one.Id.ToString()).ConfigureAwait(false)) yield return id;
    }

    private static bool IsForCluster(BoundNames bound) => bound["ClusterName"] is not null;

    private static bool IsForWorkspace(BoundNames bound) => bound["WorkspaceName"] is not null || bound["Name"] is not null;
}

/// <summary>Resource groups that hold AKS clusters.</summary>
internal sealed class ClusterGroupCompleter() : GroupCompleter("cluster")
{
    protected override IAsyncEnumerable<string?> IdsAsync(AzureWork azure, BoundNames bound, CancellationToken cancel) =>
        IdsOf(azure.Listings.ClustersAsync(bound.SubscriptionScope, cancel), static one => one.Id.ToString());
}
