namespace AmlVnet.Core.Reports;

/// <summary>What is shown to people of one compute, cluster or plan.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Target">Its ARM id, or what stands for one.</param>
/// <param name="Facts">What was read; null where only results were given, and then there is no picture.</param>
/// <param name="Checks">What the checks say.</param>
/// <param name="NotLookedAt">What no check looks at.</param>
public sealed record ReportSubject(
    string Name, string Target, NetworkFacts? Facts, IReadOnlyList<CheckResult> Checks, IReadOnlyList<NotLookedAt> NotLookedAt)
{
    /// <summary>The broken rules that would make the work fail.</summary>
    public int ErrorCount => Checks.Count(static check => check is { Status: CheckStatus.Failed, Severity: CheckSeverity.Error });

    /// <summary>How many checks ended so.</summary>
    public int Count(CheckStatus status) => Checks.Count(check => check.Status == status);

    /// <summary>The checks, what needs somebody first.</summary>
    public IReadOnlyList<CheckResult> InOrder => [.. Checks.OrderBy(static check => Rank(check)).ThenBy(static check => check.Id,
        StringComparer.Ordinal)];

    /// <summary>What the cluster needs of its subnets and what they have; null where nobody looked.</summary>
    public string? Capacity
    {
        get
        {
            string[] rooms = [.. Checks.Where(static check => check.Id == "AMLVNET-SUBNET-001"
                && check.Status != CheckStatus.NotApplicable).Select(static check => check.Evidence)];
            return Facts?.Capacity?.ToString() ?? (rooms.Length == 0 ? null : string.Join("; ", rooms));
        }
    }

    /// <summary>The roles that the cluster's identity has, each with its scope.</summary>
    public IReadOnlyList<string> Rights
    {
        get
        {
            if (Facts?.Identity.Value is not { } identity || Facts.Roles.Value is not { } roles) return [];
            return [.. roles.Assignments
                .Where(one => Words.Is(one.PrincipalId, identity.PrincipalId) || roles.GroupIds.Contains(one.PrincipalId,
                    StringComparer.OrdinalIgnoreCase))
                .Select(one => $"{RoleName(roles, one)} at {one.Scope}").Distinct(StringComparer.Ordinal)];
        }
    }

    private static string RoleName(RoleFacts roles, RoleAssignmentFacts assignment) =>
        roles.Definitions.FirstOrDefault(role => ArmId.TryParse(role.Id, out var id, out _)
            && assignment.RoleDefinitionId.EndsWith(id.Name, StringComparison.OrdinalIgnoreCase))?.RoleName
        ?? "role " + assignment.RoleDefinitionId;

    private static int Rank(CheckResult check) => check.Status switch
    {
        CheckStatus.Failed => 2 - (int)check.Severity,
        CheckStatus.Warning => 3,
        CheckStatus.Unknown => 4,
        CheckStatus.Passed => 5,
        _ => 6,
    };
}

/// <summary>A page for people: of one thing, or of a fleet with what is broken first.</summary>
public sealed record Report
{
    /// <summary>When what it shows was read.</summary>
    public required DateTimeOffset ReadOn { get; init; }

    /// <summary>Who read it and where, in one line.</summary>
    public required string SignIn { get; init; }

    /// <summary>What it is about.</summary>
    public required IReadOnlyList<ReportSubject> Subjects { get; init; }

    /// <summary>What it is about, what is broken first.</summary>
    public IReadOnlyList<ReportSubject> InOrder => [.. Subjects.OrderByDescending(static one => one.ErrorCount)
        .ThenByDescending(static one => one.Count(CheckStatus.Failed)).ThenByDescending(static one => one.Count(CheckStatus.Unknown))
        .ThenByDescending(static one => one.Count(CheckStatus.Warning)).ThenBy(static one => one.Name, StringComparer.Ordinal)];

    /// <summary>The date as everybody reads it, in UTC.</summary>
    public string Date => ReadOn.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What a subject comes to, in one line.</summary>
    public static string Summary(ReportSubject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return $"{subject.Count(CheckStatus.Failed)} failed, {Warnings(subject.Count(CheckStatus.Warning))}, "
            + $"{subject.Count(CheckStatus.Unknown)} unknown, {subject.Count(CheckStatus.Passed)} passed, "
            + $"{subject.Count(CheckStatus.NotApplicable)} not applicable, {subject.NotLookedAt.Count} not looked at";
    }

    private static string Warnings(int count) => count == 1 ? "1 warning" : $"{count} warnings";

    /// <summary>A status in words and a sign, so that no colour is needed.</summary>
    public static string Say(CheckStatus status) => status switch
    {
        CheckStatus.Failed => "\u2717 Failed",
        CheckStatus.Warning => "! Warning",
        CheckStatus.Unknown => "? Unknown",
        CheckStatus.Passed => "\u2713 Passed",
        _ => "\u2013 Not applicable",
    };
}
