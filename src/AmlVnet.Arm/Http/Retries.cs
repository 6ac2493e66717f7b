namespace AmlVnet.Arm.Http;

/// <summary>One reason to try something again.</summary>
/// <param name="Sentence">What is so, for the user.</param>
/// <param name="Applies">Whether a failure is of this kind.</param>
/// <param name="First">The wait before the second try; it doubles from try to try.</param>
/// <param name="Longest">The longest wait.</param>
/// <param name="Attempts">How many tries are made again at most.</param>
/// <param name="Limit">How long is tried again at most, in the cloud's time; null leaves that to the attempts.</param>
/// <param name="Source">Where it is documented that trying again helps.</param>
internal sealed record RetryRule(string Sentence, Func<AmlVnetException, bool> Applies, TimeSpan First, TimeSpan Longest, int Attempts,
    TimeSpan? Limit, string Source)
{
    internal TimeSpan DelayAfter(int tries) => TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(tries - 1, 30)));
}

/// <summary>All that is tried again beyond the SDK's own retries of a single request. Nothing else in the module is.</summary>
internal static class Retries
{
    private const int Unbounded = int.MaxValue;
    private const string Network =
        "Azure Resource Manager's codes AnotherOperationInProgress, RetryableError and ReferencedResourceNotProvisioned say so themselves.";

    /// <summary>An answer that is none, or that says to come back, while something is waited for.</summary>
    internal static readonly RetryRule PassingAnswer = new("There was no answer that can be read.", static e =>
            e.ErrorId is nameof(Problems.NotFromAzure) or nameof(Problems.AnswerUnreadable) or nameof(Problems.Unreachable)
                || e is ArmRequestException { Status: 408 or 429 or >= 500 },
        Seconds(10), Seconds(10), Unbounded, TimeSpan.FromMinutes(5),
        "https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations");

    /// <summary>The network provider changes one thing of a security group at a time.</summary>
    internal static readonly RetryRule GroupBusy =
        new("The network security group is being changed by somebody else.", static e => e is ArmRequestException request
            && (request.Status == 429
                || request.Code is "AnotherOperationInProgress" or "RetryableError" or "ReferencedResourceNotProvisioned"),
        Seconds(5), Seconds(5), 40, null, Network);

    /// <summary>AKS changes one thing of a cluster at a time; an earlier try whose answer was lost is at it, too.</summary>
    internal static readonly RetryRule BindingBusy = new("Another operation on the binding goes on.", static e =>
            e is ArmRequestException { Status: 409, Code: "OperationNotAllowed" },
        Seconds(10), Seconds(10), Unbounded, TimeSpan.FromMinutes(10), "https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/"
            + "create-upgrade-delete/troubleshoot-common-azure-aks-errors");

    /// <summary>Somebody took the priority, or changed the rule, between the read and the write.</summary>
    internal static readonly RetryRule PriorityTaken =
        new("Somebody else changed the network security group meanwhile.", static e => e is ArmRequestException request
            && (request.Status == 412 || request.Code is "SecurityRuleConflict" or "PreconditionFailed"),
        TimeSpan.Zero, TimeSpan.Zero, 40, null, "The next try chooses another priority.");

    /// <summary>A new principal is usually known within seconds; replication across a tenant's replicas can take minutes.</summary>
    internal static readonly RetryRule PrincipalUnknown =
        new("The directory does not know the principal yet.", static e => e is ArmRequestException { Code: "PrincipalNotFound" },
        Seconds(5), Seconds(60), Unbounded, TimeSpan.FromMinutes(15),
        "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting");

    /// <summary>Permissions granted to a cluster's identity can take up to 60 minutes to populate.</summary>
    internal static readonly RetryRule RightFresh = new("The right may not have taken effect yet.", static e =>
            e is ArmRequestException request && e.ErrorId == nameof(Problems.OperationFailed) && LooksLikeMissingRight(request.Error),
        Seconds(30), TimeSpan.FromMinutes(5), Unbounded, TimeSpan.FromMinutes(60),
        "https://learn.microsoft.com/azure/aks/use-managed-identity");

    /// <summary>The same, as the health check of the extension tells it: its router got no address.</summary>
    internal static readonly RetryRule RouterRightFresh = new("The right may not have taken effect yet.", static e =>
            e.ErrorId == nameof(Problems.OperationFailed) && e.Message.Contains("E40001", StringComparison.Ordinal),
        Seconds(30), TimeSpan.FromMinutes(5), Unbounded, TimeSpan.FromMinutes(60),
        "https://learn.microsoft.com/azure/aks/use-managed-identity");

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<RetryRule> All { get; } = [PassingAnswer, GroupBusy, BindingBusy, PriorityTaken, PrincipalUnknown,
        RightFresh, RouterRightFresh];

    /// <summary>Whether a failed switch is what a right looks like that has not taken effect yet.</summary>
    internal static bool LooksLikeMissingRight(ArmErrorDetail? error) => error is not null
        && (error.Code is "LinkedAuthorizationFailed" or "AuthorizationFailed"
            || (error.Message ?? "").Contains("Scoring FE IP address not updated yet", StringComparison.OrdinalIgnoreCase)
            || error.GetDetails().Any(LooksLikeMissingRight));

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
