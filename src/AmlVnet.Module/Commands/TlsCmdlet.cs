using System.Collections;
using AmlVnet.Core.Access;
using AmlVnet.Core.Changes;

namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet that makes a compute, and says what its scoring endpoint has from the beginning: TLS and a load balancer.</summary>
public abstract class TlsCmdlet : WaitingCmdlet
{
    [Parameter]
    public string? SslCertificatePath { get; set; }

    [Parameter]
    public string? SslKeyPath { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? SslCname { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? SslLeafDomainLabel { get; set; }

    [Parameter]
    public SwitchParameter SslOverwriteExistingDomain { get; set; }

    /// <summary>The load balancer that the endpoint has from the beginning.</summary>
    [Parameter, WordTransformation(typeof(LoadBalancerType))]
    public LoadBalancerType LoadBalancerType { get; set; }

    [Parameter, ArgumentCompleter(typeof(SubnetCompleter))]
    public string? LoadBalancerSubnetName { get; set; }

    /// <summary>The settings of the endpoint that were asked for.</summary>
    private protected AksComputeSettings Settings(Hashtable? tags, TlsSettings? tls) => new()
    {
        LoadBalancerType = AskedLoadBalancer,
        LoadBalancerSubnet = AskedLoadBalancerSubnet,
        SslStatus = tls?.Status,
        SslCname = tls?.Cname,
        SslLeafDomainLabel = tls?.LeafDomainLabel,
        Tags = tags?.ToTags(),
    };

    private LoadBalancerType? AskedLoadBalancer => IsGiven(nameof(LoadBalancerType)) ? LoadBalancerType : null;

    private string? AskedLoadBalancerSubnet =>
        IsGiven(nameof(LoadBalancerSubnetName))
            ? References.RequireName(LoadBalancerSubnetName, nameof(LoadBalancerSubnetName), ResourceNames.CheckSubnet) : null;

    // What this record needs rights for after the plan that is about to be carried out.
    private NeededAction[] _rest = [];

    private protected sealed override Task<IReadOnlyList<NeededAction>> ListRestAsync(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<NeededAction>>(_rest);

    private bool IsInternal => AskedLoadBalancer == LoadBalancerType.InternalLoadBalancer;

    /// <summary>
    /// What an earlier run left failed, where nothing of use is lost with it: a compute that never came to have a cluster, or that stands
    /// without an endpoint for the cluster that is attached, which stays. Null where there is no such thing.
    /// </summary>
    private protected async Task<AksCompute?> FindRemnantAsync(ArmId id, ArmId? cluster, CancellationToken cancel)
    {
        if (await Azure.AksComputes.FindFailedAsync(id, cancel).ConfigureAwait(false) is not { } failed) return null;
        var isOfNoUse = failed.ClusterId is not { } of
            || (!IsInternal && failed.IsAttached == true && cluster is not null && ArmId.AreSame(of, cluster.ToString()));
        return isOfNoUse ? failed : null;
    }

    /// <summary>Takes it away; false where that was declined.</summary>
    private protected async Task<bool> ClearAsync(AksCompute failed, CancellationToken cancel)
    {
        Streams.Verbose(
            $"An earlier try left '{failed.Id}' failed: {failed.Errors.FirstOrDefault()?.ToString() ?? "the service gives no reason"}");
        _rest = [ComputePlans.ToWrite(ArmId.Parse(failed.Id))];
        var work = await Azure.AksComputes.PlanRemoveAsync(ArmId.Parse(failed.Id), UnderlyingResourceAction.Detach, wait: true, cancel)
            .ConfigureAwait(false);
        return await ApplyAsync(work, null, cancel, () => MayClearAsync(ArmId.Parse(failed.Id), cancel)).ConfigureAwait(false) is not null
            || IsWhatIf;
    }

    /// <summary>Makes the compute. One that an earlier run left with a cluster and without its internal address is given the right,
    /// and its address.</summary>
    private protected async Task MakeAsync(ArmId id, PlannedWork<object> work, string[]? skipCheck, bool noWait, CancellationToken cancel)
    {
        _rest = [];
        var made = await ApplyAsync(work, skipCheck, cancel).ConfigureAwait(false);
        if (!IsInternal || made is not AksCompute compute || !ComputePlans.AwaitsRight(compute))
        {
            Emit(made);
            return;
        }

        if (!work.Plan.IsDone)
        {
            Streams.Warning($"'{id}' has no scoring address. Run the same command again: it grants the right and puts the endpoint on its "
                + "internal address.");
            Emit(made);
            return;
        }

        _rest = [ComputePlans.ToWrite(id)];
        var grant = await ApplyAsync(await Azure.Access.PlanGrantAsync(
            new NetworkAccessRequest { Cluster = id, LoadBalancerSubnet = AskedLoadBalancerSubnet, WaitUntilReady = !IsWhatIf },
            cancel).ConfigureAwait(false), skipCheck, cancel)
            .ConfigureAwait(false);
        if (grant is null && !IsWhatIf) return;
        var wish = new LoadBalancerWish
        {
            Type = LoadBalancerType,
            SubnetName = AskedLoadBalancerSubnet,
            Wait = !noWait,
            IsGrantPlanned = IsWhatIf
        };
        var request = new LoadBalancerRequest { Compute = id, Wish = wish, GrantedOn = grant?.GrantedOn, WaitUntilReady = !IsWhatIf };
        Emit(await ApplyAsync(await Azure.LoadBalancers.PlanAsync(request, cancel).ConfigureAwait(false), skipCheck,
            cancel).ConfigureAwait(false));
    }

    private protected override void Prepare()
    {
        _rest = [];
        SslCertificatePath = ToFilePathIfGiven(nameof(SslCertificatePath), SslCertificatePath);
        SslKeyPath = ToFilePathIfGiven(nameof(SslKeyPath), SslKeyPath);
    }

    private protected async Task<TlsSettings?> ReadTlsAsync(CancellationToken cancel)
    {
        var ownCertificate = IsGiven(nameof(SslCertificatePath)) || IsGiven(nameof(SslKeyPath)) || IsGiven(nameof(SslCname));
        if (IsGiven(nameof(SslLeafDomainLabel)))
        {
            if (ownCertificate)
                throw Problems.InvalidCombination(
                    "-SslLeafDomainLabel asks for Microsoft's certificate; leave out -SslCertificatePath, -SslKeyPath and -SslCname.");
            return string.IsNullOrWhiteSpace(SslLeafDomainLabel)
                ? throw Problems.InvalidValue(nameof(SslLeafDomainLabel), SslLeafDomainLabel,
                    "the label is empty; give the first part of the endpoint's name.")
                : new TlsSettings { LeafDomainLabel = SslLeafDomainLabel, OverwriteExistingDomain = SslOverwriteExistingDomain };
        }

        if (!ownCertificate)
            return IsGiven(nameof(SslOverwriteExistingDomain))
                ? throw Problems.InvalidCombination("-SslOverwriteExistingDomain goes with -SslLeafDomainLabel.")
                : null;
        if (string.IsNullOrEmpty(SslCertificatePath) || string.IsNullOrEmpty(SslKeyPath) || string.IsNullOrWhiteSpace(SslCname))
            throw Problems.InvalidCombination("A certificate of your own needs -SslCertificatePath, -SslKeyPath and -SslCname together.");
        return new TlsSettings
        {
            CertificatePem = await ReadPemAsync(nameof(SslCertificatePath), SslCertificatePath, cancel).ConfigureAwait(false),
            KeyPem = await ReadPemAsync(nameof(SslKeyPath), SslKeyPath, cancel).ConfigureAwait(false),
            Cname = SslCname,
        };
    }

    internal static async Task<string> ReadPemAsync(string parameter, string path, CancellationToken cancel)
    {
        string text;
        try
        {
            text = await File.ReadAllTextAsync(path, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Problems.FileUnreadable(parameter, path, e.Message);
        }

        return text.Contains("-----BEGIN ", StringComparison.Ordinal)
            ? text
            : throw Problems.FileUnreadable(parameter, path, "it is not in PEM form (no line '-----BEGIN …').");
    }
}
