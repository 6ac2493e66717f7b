using System.Management.Automation;
using AmlVnet.Arm.Clients;
using AmlVnet.Arm.Http;
using AmlVnet.Arm.Reading;
using AmlVnet.Cmdlets.Binding;
using AmlVnet.Core.Errors;

namespace AmlVnet.Cmdlets;

/// <summary>Waits for an operation that another command, or another process, did not wait for.</summary>
[Cmdlet(VerbsLifecycle.Wait, "AmlOperation", DefaultParameterSetName = ByOperation)]
[OutputType(typeof(AksCompute))]
public sealed class WaitAmlOperationCommand : WaitingCmdlet
{
    private const string ByOperation = "ByOperation";
    private const string ByToken = "ByToken";
    private const string ByResourceId = "ByResourceId";

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByOperation)]
    [Alias("Operation")]
    public PSObject? InputObject { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByToken)]
    public string? Token { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByResourceId)]
    [Alias("Id")]
    public string? ResourceId { get; set; }

    [Parameter]
    [ValidateRange(1, 604_800)]
    public int TimeoutSeconds { get; set; }

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        DateTimeOffset? deadline = IsGiven(nameof(TimeoutSeconds)) ? Azure.Pace.UtcNow.AddSeconds(TimeoutSeconds) : null;
        var (accepted, started) = Read();
        await Azure.SwitchCauses.WaitAsync(accepted, $"Waiting for {accepted.Resource.Name}", started, deadline, cancel).ConfigureAwait(false);
        if (accepted.Method == "DELETE") return;
        Streams.Output(await Azure.AksComputes.GetAsync(accepted.Resource, cancel).ConfigureAwait(false));
    }

    // A copy that came as JSON may be an object or a table.
    private static string? TokenIn(PSObject input) => input.BaseObject switch
    {
        string text => text,
        System.Collections.IDictionary table => table[nameof(Token)]?.ToString(),
        _ => input.Properties[nameof(Token)]?.Value as string,
    };

    private (Accepted Accepted, DateTimeOffset StartedOn) Read()
    {
        if (BoundSet == ByResourceId)
        {
            var id = References.RequireId(ResourceId, nameof(ResourceId), ResourceTypes.Compute);
            return (Accepted.OfResource(id, Azure.Endpoint.Address(id.ToString(), ComputesClient.ApiVersion)), Azure.Pace.UtcNow);
        }

        var token = BoundSet == ByToken ? Token : TokenIn(InputObject!);
        if (string.IsNullOrWhiteSpace(token))
            throw Problems.InvalidReference(nameof(InputObject), "the object has no Token.", "what a command returned with -NoWait, or -Token, or -ResourceId");
        var (accepted, _, startedOn) = Accepted.Decode(token, Azure.Endpoint.Destinations);
        return (accepted, startedOn);
    }
}
