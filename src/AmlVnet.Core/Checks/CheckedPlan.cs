using AmlVnet.Core.Proposals;

namespace AmlVnet.Core.Checks;

/// <summary>Address plans with what the checks say of them.</summary>
public static class CheckedPlan
{
    /// <summary>Makes a plan and checks it, the values included that were given.</summary>
    public static AksNetworkPlan Propose(AksNetworkPlanRequest request)
    {
        var (plan, facts) = AksNetworkPlanner.Propose(request);
        return plan with { Checks = [.. CheckCatalogue.Run(facts, CheckStage.Offline)] };
    }
}
