using System.Text.RegularExpressions;

namespace AmlVnet.Core.Remedies;

/// <summary>What to do where a right is missing: the roles that give it, and the lines by which an administrator assigns one.</summary>
internal static partial class RightAdvice
{
    private const string Nobody = "<object id>";

    private static readonly string[] Within =
        [ResourceTypes.Compute, "Microsoft.Network/networkSecurityGroups/securityRules", "Microsoft.Authorization/roleAssignments"];

    /// <summary>What a refusal of Azure's says.</summary>
    /// <param name="Needs">The rights that it names as missing.</param>
    /// <param name="Caller">Whom it names.</param>
    /// <param name="Deny">The deny assignment that takes the right away, as it is named; null where none does.</param>
    internal sealed record Refusal(IReadOnlyList<NeededAction> Needs, CallerIdentity? Caller, string? Deny);

    /// <summary>The advice, ready to be pasted: what is no command is a comment.</summary>
    /// <param name="needs">The rights that are missing.</param>
    /// <param name="caller">Whose; a placeholder stands for one who is not known.</param>
    public static string For(IReadOnlyList<NeededAction> needs, CallerIdentity? caller)
    {
        var lines = new List<string>();
        foreach (var action in needs.Select(static need => need.Action).Distinct(StringComparer.OrdinalIgnoreCase))
            lines.Add($"# {action} is given by: {string.Join(", ", BuiltInRoles.Giving(action))}.");
        lines.Add("# A role that is eligible for you (PIM) gives it once it is activated.");
        lines.Add("# An administrator there (Owner, User Access Administrator, Role Based Access Control Administrator) can run:");
        lines.AddRange(needs.Select(need => Assign(BuiltInRoles.Giving(need.Action)[0], ScopeFor(need), caller))
            .Distinct(StringComparer.OrdinalIgnoreCase));
        if (caller is null)
            lines.Add($"# {Nobody} stands for yours: az ad signed-in-user show --query id --output tsv; of an application: az ad sp show "
                + "--id <client id> --query id --output tsv");
        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>The advice for a refusal with the status 403; null where the service does not name a right.</summary>
    /// <param name="error">The service's error.</param>
    public static string? ForRefusal(ArmErrorDetail? error) => Read(error) switch
    {
        { Deny: { } deny } => $"No role helps: the deny assignment {deny} takes the right away. Only who made it, or the deployment stack "
            + "or managed application that did, lifts it.",
        { Needs: { Count: > 0 } needs, Caller: var caller } => For(needs, caller),
        _ => null,
    };

    /// <summary>The same for the words of a refusal alone.</summary>
    public static string? ForWords(string why) => ForRefusal(new ArmErrorDetail { Message = why });

    /// <summary>Reads a refusal; null where it names no right.</summary>
    public static Refusal? Read(ArmErrorDetail? error)
    {
        if (error?.Message is not { } text) return null;
        var caller = ObjectId().Match(text) is { Success: true } who ? new CallerIdentity(who.Groups["id"].Value, null) : null;
        if (Denied().Match(text) is { Success: true } denied) return new([], caller, denied.Groups["deny"].Value);
        if ((Linked().Match(text) is { Success: true } linked ? linked : Plain().Match(text)) is not { Success: true } found)
            return error.GetDetails().Select(Read).FirstOrDefault(static inner => inner is not null);
        if (text.Contains("is blocked by deny assignments", StringComparison.OrdinalIgnoreCase))
            return new([], caller, $"at {found.Groups["scope"].Value}");
        // Azure writes several of either with commas.
        var scopes = found.Groups["scope"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var actions = found.Groups["action"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new([.. scopes.SelectMany(_ => actions, static (scope, action) => new NeededAction(scope, action))], caller, null);
    }

    // What may not exist yet has its role where it will be: a compute at its workspace, a rule at its group.
    private static string ScopeFor(NeededAction need) =>
        ArmId.TryParse(need.Scope, out var id, out _) && Array.Exists(Within, id.IsType) ? id.Parent!.ToString() : need.Scope;

    private static string Assign(string role, string scope, CallerIdentity? caller) =>
        Commands.AssignRole(caller?.ObjectId ?? $"'{Nobody}'", Commands.Quote(role), scope, caller?.PrincipalType);

    [GeneratedRegex(@"object id '(?<id>[0-9a-fA-F-]{36})'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ObjectId();

    [GeneratedRegex(@"not have authorization to perform action '(?<action>[^']+)' over scope '(?<scope>[^']+)'",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Plain();

    [GeneratedRegex(@"not have permission to perform action(\(s\))? '(?<action>[^']+)' on the linked scope(\(s\))? '(?<scope>[^']+)'",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Linked();

    [GeneratedRegex(@"because of the deny assignment with name (?<deny>'[^']*' and Id '[^']*' at scope '[^']*')",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Denied();
}
