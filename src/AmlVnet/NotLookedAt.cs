namespace AmlVnet;

/// <summary>An entry of a report of checks: what a rule found, or what no rule can look at.</summary>
public interface ICheckReportEntry
{
    /// <summary>The rule's id, or the stable name of what was not looked at.</summary>
    string Id { get; }

    /// <summary>The resource id, or the parameter, that it is about.</summary>
    string Target { get; }
}

/// <summary>
/// Something that inferencing needs and that Azure Resource Manager can't tell, so that no check passes or fails on it. It stands at the
/// end of a report, with the command that looks.
/// </summary>
public sealed record NotLookedAt : ICheckReportEntry
{
    /// <summary>The stable name, such as <c>NOTLOOKEDAT-EGRESS</c>.
    /// It is no rule: <c>-Rule</c> and <c>-SkipCheck</c> do not take it.</summary>
    public required string Id { get; init; }

    /// <summary>Always <c>NotLookedAt</c>: none of the states of a check, so that a filter by Status leaves it out.</summary>
    public string Status { get; } = nameof(NotLookedAt);

    /// <summary>What was not looked at, in a few words.</summary>
    public required string Subject { get; init; }

    /// <summary>The resource id that it is about.</summary>
    public required string Target { get; init; }

    /// <summary>Why it matters, and why it can't be told from here.</summary>
    public required string Reason { get; init; }

    /// <summary>The command that looks (kubectl, az), ready to be pasted; it changes nothing in Azure.</summary>
    public required string Command { get; init; }

    /// <summary>The public page that says what has to hold.</summary>
    public string? Reference { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Id}: {Subject} (look with: {Command})";
}
