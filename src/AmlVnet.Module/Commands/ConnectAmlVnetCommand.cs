using System.Management.Automation;
using System.Security;
using AmlVnet.Arm;

namespace AmlVnet.Cmdlets;

/// <summary>Signs in to Azure, or starts a local simulator in its place.</summary>
[Cmdlet(VerbsCommunications.Connect, "AmlVnet", DefaultParameterSetName = WithDefaultCredential)]
[OutputType(typeof(AmlVnetContext))]
public sealed class ConnectAmlVnetCommand : SignInCmdlet
{
    private const string WithSimulator = "Simulator";
    private const string WithDefaultCredential = "DefaultCredential";
    private const string WithAccessToken = "AccessToken";

    [Parameter(Mandatory = true, ParameterSetName = WithSimulator)]
    public SwitchParameter Simulator { get; set; }

    [Parameter(ParameterSetName = WithSimulator)]
    [ValidateNotNullOrEmpty]
    public string? StatePath { get; set; }

    [Parameter(ParameterSetName = WithSimulator)]
    [ValidateNotNullOrEmpty]
    public string Scenario { get; set; } = "how-to";

    [Parameter(ParameterSetName = WithSimulator)]
    [ValidateRange(1.0, 1_000_000.0)]
    public double TimeScale { get; set; } = SimulatorSignIn.DefaultTimeScale;

    [Parameter(ParameterSetName = WithSimulator)]
    public SwitchParameter VirtualClock { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WithDefaultCredential)]
    public SwitchParameter DefaultCredential { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WithAccessToken)]
    public required SecureString AccessToken { get; set; }

    [Parameter(ParameterSetName = WithAccessToken)]
    public SecureString? GraphAccessToken { get; set; }

    [Parameter(ParameterSetName = WithAccessToken)]
    public string? AccountId { get; set; }

    [Parameter]
    [Alias("SubscriptionId", "SubscriptionName")]
    [ValidateNotNullOrEmpty]
    public string? Subscription { get; set; }

    [Parameter(ParameterSetName = WithDefaultCredential)]
    [Parameter(ParameterSetName = WithAccessToken)]
    [Alias("TenantId")]
    [ValidateNotNullOrEmpty]
    public string? Tenant { get; set; }

    [Parameter(ParameterSetName = WithDefaultCredential)]
    [Parameter(ParameterSetName = WithAccessToken)]
    public Uri? ArmEndpoint { get; set; }

    private protected override void Prepare()
    {
        base.Prepare();
        if (StatePath is not null) StatePath = GetUnresolvedProviderPathFromPSPath(StatePath);
    }

    private protected override Task<AmlVnetContext> SignInAsync(CancellationToken cancel) => BoundSet switch
    {
        WithSimulator => SimulatorSignIn.ConnectAsync(new(Scenario, StatePath, VirtualClock ? null : TimeScale), Subscription, cancel),
        WithAccessToken => AzureSignIn.WithAccessTokenAsync(AccessToken, GraphAccessToken, AccountId, Tenant, ArmEndpoint, Subscription, cancel),
        _ => AzureSignIn.WithDefaultCredentialAsync(Tenant, ArmEndpoint, Subscription, cancel),
    };
}
