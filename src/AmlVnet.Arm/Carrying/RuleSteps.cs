using AmlVnet.Core.Security;
using static AmlVnet.Core.Ids.Words;

namespace AmlVnet.Arm.Carrying;

/// <summary>Adds and removes rules of network security groups, each as a resource of its own.</summary>
internal sealed class RuleSteps(AzureReader azure)
{
    private SecurityRulesClient Rules => azure.Connection.Services.SecurityRules;

    /// <summary>Adds the rule at a priority that is free at the moment of writing: somebody else may take it meanwhile,
    /// and the group may be busy.</summary>
    internal async Task<Outcome> PutAsync(PutRule step, CancellationToken cancel)
    {
        var groupId = ArmId.Parse(step.Target);
        var rule = step.Rule;
        var id = groupId.Child("securityRules", rule.Name);
        var effective = new EffectiveRules(step.Space);
        return await TryAsync(rule.Name, async token =>
        {
            var wire = await azure.FindSecurityGroupNowAsync(groupId, token).ConfigureAwait(false)
                ?? throw Problems.ResourceNotFound("network security group", groupId.ToString());
            var group = RulePlan.WithoutFailed(wire.ToFacts(), [rule]);
            if (effective.FindEquivalent(group, rule) is { } equivalent && RulePlan.IsInForce(effective, rule, group))
            {
                ActivityLog.Current.Verbose($"Rule {equivalent} does the same already.");
                return new Outcome { Step = step };
            }

            var choice = effective.ChoosePriority(group, rule);
            if (choice.Priority is not { } priority) throw Problems.NoFreePriority(groupId.ToString(), choice.Reason);
            var started = azure.Now;
            var accepted = await Rules.PutAsync(id, ToWire(rule, priority), token).ConfigureAwait(false);
            await azure.Wait.WaitAsync(accepted, $"Adding rule {rule.Name}", started, null, token).ConfigureAwait(false);
            await ReadBackAsync(id, now => now is not null && effective.FindEquivalent(now, rule) is { IsFailed: false },
                "the rule is not in the group", token)
                .ConfigureAwait(false);
            return new Outcome { Step = step };
        }, cancel).ConfigureAwait(false);
    }

    internal async Task<Outcome> DeleteAsync(DeleteRule step, CancellationToken cancel)
    {
        var groupId = ArmId.Parse(step.Target);
        var id = groupId.Child("securityRules", step.RuleName);
        return await TryAsync(step.RuleName, async token =>
        {
            var started = azure.Now;
            if (await Rules.DeleteAsync(id, token).ConfigureAwait(false) is { } accepted)
                await azure.Wait.WaitAsync(accepted, $"Removing rule {step.RuleName}", started, null, token).ConfigureAwait(false);
            await ReadBackAsync(id, now => now?.Rules.Any(rule => Is(rule.Name, step.RuleName)) != true, "the rule is still in the group",
                token)
                .ConfigureAwait(false);
            return new Outcome { Step = step };
        }, cancel).ConfigureAwait(false);
    }

    private Task<Outcome> TryAsync(string rule, Func<CancellationToken, Task<Outcome>> act, CancellationToken cancel) =>
        azure.Wait.Patience.TryAsync(new Waiting($"Writing rule {rule}", azure.Now), [Retries.GroupBusy, Retries.PriorityTaken], act,
            cancel);

    /// <summary>Reads the group of a rule until the rule that was written is there, or the one that was removed is not.</summary>
    private async Task ReadBackAsync(ArmId rule, Func<NetworkSecurityGroupFacts?, bool> isSo, string otherwise, CancellationToken cancel) =>
        await azure.Wait.ReadBackAsync(rule, token => azure.FindSecurityGroupNowAsync(rule.Parent!, token), now => isSo(now?.ToFacts()),
            _ => otherwise,
            null, cancel).ConfigureAwait(false);

    private static WireSecurityRule ToWire(SecurityRuleFacts rule, int priority) => new()
    {
        Properties = new WireSecurityRuleProperties
        {
            Description = "Made by AmlVnet.",
            Protocol = rule.Protocol,
            Access = rule.Access.ToString(),
            Direction = rule.Direction.ToString(),
            Priority = priority,
            SourcePortRange = "*",
            SourceAddressPrefix = One(rule.SourceAddressPrefixes),
            SourceAddressPrefixes = Many(rule.SourceAddressPrefixes),
            DestinationAddressPrefix = One(rule.DestinationAddressPrefixes),
            DestinationAddressPrefixes = Many(rule.DestinationAddressPrefixes),
            DestinationPortRange = One(rule.DestinationPortRanges),
            DestinationPortRanges = Many(rule.DestinationPortRanges),
        },
    };

    private static string? One(IReadOnlyList<string> values) => values.Count == 1 ? values[0] : null;

    private static string[]? Many(IReadOnlyList<string> values) => values.Count == 1 ? null : [.. values];
}
