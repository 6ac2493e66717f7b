using AmlVnet.Core.Changes;

namespace AmlVnet.Cmdlets;

/// <summary>Moves a compute's scoring endpoint to an internal load balancer, or back to a public one.</summary>
[Cmdlet(VerbsCommon.Set, "AmlAksLoadBalancer", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(AksCompute), typeof(AmlOperation))]
public sealed class SetAmlAksLoadBalancerCommand : ComputeCmdlet
{
    /// <inheritdoc/>
    [Parameter(Mandatory = true, ParameterSetName = ByInputObject, ValueFromPipeline = true)]
    [Alias("Compute")]
    [AksComputeReferenceTransformation]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
    public override AksComputeReference? InputObject { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByInputObject)]
    [Parameter(Mandatory = true, Position = 3, ParameterSetName = ByName)]
    [Parameter(Position = 0, ParameterSetName = ByResourceId)]
    [Alias("LoadBalancerType")]
    [WordTransformation(typeof(LoadBalancerType))]
    public LoadBalancerType Type { get; set; }

    [Parameter, Alias("LoadBalancerSubnet"), ArgumentCompleter(typeof(SubnetCompleter))]
    public string? SubnetName { get; set; }

    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(CheckIdCompleter))]
    public string[]? SkipCheck { get; set; }

    [Parameter, ValidateRange(1, 86_400), ArgumentCompleter(typeof(NoFileCompleter))]
    public int TimeoutSeconds { get; set; } = 3600;

    [Parameter]
    public SwitchParameter NoWait { get; set; }

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        if (IsGiven(nameof(TimeoutSeconds))) Azure.Limit(TimeSpan.FromSeconds(TimeoutSeconds));
        // The binder cannot tell -ResourceId alone from the id of a row of names, and would say so; here it is a sentence.
        if (!IsGiven(nameof(Type)))
            throw Problems.InvalidCombination("Which load balancer is wanted is not said: -Type is missing.",
                "Give -Type InternalLoadBalancer or -Type PublicIp.");
        if (IsGiven(nameof(SubnetName))) References.RequireName(SubnetName, nameof(SubnetName), ResourceNames.CheckSubnet);
        var work = await Azure.LoadBalancers.PlanAsync(new LoadBalancerRequest
        {
            Compute = ComputeId,
            Wish = new LoadBalancerWish
            {
                Type = Type,
                SubnetName = SubnetName,
                Timeout = TimeSpan.FromSeconds(TimeoutSeconds),
                Wait = !NoWait
            },
            GrantedOn = BoundSet == ByInputObject ? InputObject?.GrantedOn : null,
            WaitUntilReady = !IsWhatIf,
        }, cancel).ConfigureAwait(false);
        Emit(await ApplyAsync(work, SkipCheck, cancel).ConfigureAwait(false));
    }
}
