using AmlVnet.Simulator.Arm;
using AmlVnet.Simulator.Kernel;

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

    private static ArmException Fault(FaultRule rule) => new(rule.Status, rule.Code, rule.Message)
    {
        RetryAfter = rule.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(Math.Max(1, seconds)) : null,
        IsPage = rule.Kind == FaultKind.Html,
    };
}
