using AmlVnet.Arm.SignIn;

namespace AmlVnet.Cmdlets;

/// <summary>Turns this runspace to another subscription, tenant or context.</summary>
[Cmdlet(VerbsCommon.Set, "AmlVnetContext", DefaultParameterSetName = BySubscription)]
[OutputType(typeof(AmlVnetContext))]
public sealed class SetAmlVnetContextCommand : SignInCmdlet
{
    private const string BySubscription = "Subscription";
    private const string ByContext = "Context";

    [Parameter(Position = 0, ParameterSetName = BySubscription)]
    [Alias("SubscriptionId", "SubscriptionName")]
    [ArgumentCompleter(typeof(SubscriptionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Subscription { get; set; }

    [Parameter(ParameterSetName = BySubscription)]
    [Alias("TenantId", "Domain")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TenantCompleter))]
    public string? Tenant { get; set; }

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByContext)]
    [Alias("InputObject")]
    [AmlVnetContextTransformation]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public AmlVnetContext? Context { get; set; }

    private protected override async Task<AmlVnetContext> SignInAsync(CancellationToken cancel)
    {
        if (BoundSet == ByContext)
        {
            if (Context!.Connection is AzContext az) return await Streams.OnPipelineAsync(() => AzProfile.Derive(az),
                cancel)!.ConfigureAwait(false);
            return Context.Connection is AzureConnection ? Context : throw Problems.ContextNotLive(Context.ToString());
        }

        var former = Former ?? throw Problems.NotConnected();
        if (Subscription is null && Tenant is null)
            throw Problems.InvalidCombination("Nothing to change was given.",
                "Set-AmlVnetContext -Subscription <name or id>, or -Tenant <id>, or -Context.");
        return await AzureSignIn.ChangeAsync(former, Subscription, Tenant, cancel).ConfigureAwait(false);
    }
}
