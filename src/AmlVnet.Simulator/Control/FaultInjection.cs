namespace AmlVnet.Simulator.Control;

/// <summary>Lets the fault rules hit.</summary>
internal sealed class FaultInjection(CloudState state, Faults faults) : IStep
{
    public Answer Take(Exchange exchange, Func<Answer> next)
    {
        var rule = faults.Match(exchange.Request.Method, exchange.Request.Http.Uri.AbsolutePath, exchange.ResourceType);
        // What a request that is refused has changed by then is undone; that a rule was used stays.
        state.World.Settle();
        exchange.FaultId = rule?.Id;
        try
        {
            if (rule is { Kind: FaultKind.Error or FaultKind.Html })
                throw Fault(rule);
            var answer = next();
            exchange.FaultId ??= faults.Spent;
            if (rule is { Kind: FaultKind.ForeignLocation or FaultKind.ForeignOperation })
                return LeadElsewhere(answer, exchange.Request.Http.Uri.AbsolutePath, isOnly: rule.Kind == FaultKind.ForeignOperation);
            if (rule is not { Kind: FaultKind.LostAnswer })
                return answer;
            state.World.Settle();
            throw Fault(rule);
        }
        finally
        {
            faults.EndRequest();
        }
    }

    /// <summary>
    /// The answer with a Location on a host of the provider's own (recorded of Microsoft.KubernetesConfiguration/extensions), beside its
    /// good headers or in their place.
    /// </summary>
    private static Answer LeadElsewhere(Answer answer, string path, bool isOnly)
    {
        const string Elsewhere = "https://eastus2.rp.simulator.invalid";
        answer.Headers.RemoveAll(header => header.Key == "Location" || (isOnly && header.Key == "Azure-AsyncOperation"));
        answer.With("Location", Elsewhere + path);
        return isOnly ? answer.With("Azure-AsyncOperation", $"{Elsewhere}{path}/operations/elsewhere") : answer;
    }

    private static ArmException Fault(FaultRule rule) => new(rule.Status, rule.Code, rule.Message)
    {
        RetryAfter = rule.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(Math.Max(1, seconds)) : null,
        IsPage = rule.Kind == FaultKind.Html,
    };
}
