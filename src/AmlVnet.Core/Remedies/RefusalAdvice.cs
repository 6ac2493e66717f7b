using System.Text.RegularExpressions;

namespace AmlVnet.Core.Remedies;

/// <summary>
/// What to do where Azure says no, by the code that it gives: the same status stands for a lock, a quota and an operation that is still
/// running. Of a code that is not known here nothing is recommended; the service's own words are in the message.
/// </summary>
internal static partial class RefusalAdvice
{
    /// <summary>The code under which a policy that refused a request stands among an error's details.</summary>
    internal const string PolicyCode = "PolicyViolation";

    /// <summary>The advice; null where there is none.</summary>
    /// <param name="status">The HTTP status; 0 for an operation that was accepted and failed later.</param>
    /// <param name="error">The service's error; null where it gave none that can be read.</param>
    /// <param name="target">The id of what was to be changed or read.</param>
    public static string? For(int status, ArmErrorDetail? error, string target)
    {
        ArmErrorDetail[] all = error is null ? [] : [.. ProvisioningError.Flatten(error)];
        return error is not null && ForLimit(error, target) is { } limit ? limit
            : Array.Exists(all, static one => one.Code == "ScopeLocked") ? ForLock(target, [])
            : Array.Exists(all, static one => one.Code is "SkuNotAvailable" or "VMSizeNotSupported" or "NotAvailableForSubscription")
                ? $"Take another -AgentVmSize or region. What there is: az vm list-skus --location {Region(all)} --resource-type "
                    + "virtualMachines --output table"
            : ForStatus(status, all);
    }

    /// <summary>The advice where a policy or a quota refuses, now and again; null where neither does.</summary>
    /// <param name="error">The service's error.</param>
    /// <param name="target">The id of what was to be changed.</param>
    public static string? ForLimit(ArmErrorDetail error, string target)
    {
        ArmErrorDetail[] all = [.. ProvisioningError.Flatten(error)];
        return Array.Find(all, IsPolicy) is not null ? ForPolicy(all, target)
            : Array.Find(all, IsQuota) is { } quota ? ForQuota(quota, all) : null;
    }

    /// <summary>What lifts a lock.</summary>
    /// <param name="target">The id of what it refuses to have changed.</param>
    /// <param name="lockIds">The locks; empty where they can't be read.</param>
    public static string ForLock(string? target, IReadOnlyList<string> lockIds) => lockIds.Count > 0
        ? "Delete the lock, run the command again, and put the lock back: az lock delete --ids "
            + $"{string.Join(' ', lockIds.Select(Commands.Quote))}"
        : "Delete the lock and run the command again. What locks there are: az rest --method get --url "
            + Commands.Quote(target?.Split('?')[0] + "/providers/Microsoft.Authorization/locks?api-version=2020-05-01");

    /// <summary>Whether an error is of a quota that is used up.</summary>
    /// <remarks>The codes are those of Azure Resource Manager, Compute, Network and AKS; OperationNotAllowed says many things, and this
    /// among them (Microsoft Learn: "Resolve errors for resource quotas").</remarks>
    public static bool IsQuota(ArmErrorDetail error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.Code is "QuotaExceeded" or "ResourceQuotaExceeded" or "ErrCode_InsufficientVCPUQuota" or "InsufficientVCPUQuota"
                or "PublicIPCountLimitReached" or "SubscriptionQuotaExceeded" or "CoreQuotaExceeded"
            || (error.Code is "OperationNotAllowed" or "BadRequest" or "Conflict" or "ReconcileVMSSAgentPoolFailed"
                or "CreateVMSSAgentPoolFailed"
                && Quota().IsMatch(error.Message ?? ""));
    }

    private static bool IsPolicy(ArmErrorDetail error) => error.Code is "RequestDisallowedByPolicy" or PolicyCode;

    private static string ForPolicy(ArmErrorDetail[] errors, string target)
    {
        var named = errors.Where(static one => one.Code == PolicyCode).Select(static one => one.Target).OfType<string>()
            .Concat(errors.SelectMany(
                static one => Assignment().Matches(one.Message ?? "").Select(static match => match.Groups["id"].Value)))
            .Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        var scope = ArmId.TryParse(target.Split('?')[0], out var id, out _)
            && id is { SubscriptionId: { } subscription, ResourceGroupName: { } group }
            ? ArmId.ForResourceGroup(subscription, group).ToString() : "<scope>";
        List<string> lines =
        [
            "# Ask for what the policy allows, or let who answers for it make an exemption (Resource Policy Contributor there):",
            .. (named.Length == 0 ? ["<policy assignment id>"] : named).Select(assignment => "az policy exemption create --name amlvnet "
                + $"--exemption-category Waiver --policy-assignment {Commands.Quote(assignment)} --scope {Commands.Quote(scope)}"),
        ];
        if (errors.Any(static one => PublicAddress().IsMatch(one.Message ?? "")))
            lines.Add("# Where it forbids public addresses of load balancers, a compute can do without from the beginning: "
                + "-LoadBalancerType InternalLoadBalancer");
        return string.Join(Environment.NewLine, lines);
    }

    private static string ForQuota(ArmErrorDetail quota, ArmErrorDetail[] errors)
    {
        var isNetwork = quota.Code == "PublicIPCountLimitReached";
        var what = isNetwork ? "Remove public addresses that nobody uses, or ask for a higher quota"
            : "Take fewer nodes, another -AgentVmSize or another region, or ask for a higher quota";
        return $"# {what} (Azure portal: Quotas). What is used:{Environment.NewLine}"
            + $"az {(isNetwork ? "network list-usages" : "vm list-usage")} --location {Region(errors)} --output table";
    }

    private static string? ForStatus(int status, ArmErrorDetail[] errors)
    {
        if (status == 401) return "Connect-AmlVnet again.";
        if (status == 403 && errors.Length > 0 && RightAdvice.ForRefusal(errors[0]) is { } right) return right;
        if (status is 429 or >= 500) return "Wait a little and run the command again.";
        if (status == 412 || Array.Exists(errors, static one => one.Code is "PreconditionFailed" or "SecurityRuleConflict"))
            return "Somebody else changed the resource meanwhile: run the command again.";
        if (Array.Exists(errors,
            static one => one.Code is "AuthorizationFailed" or "Forbidden" or "LinkedAuthorizationFailed" or "Authorization_RequestDenied"))
            return status == 403 ? "Ask for the role that gives the action named in the message, at the scope named there." : null;
        return Array.Exists(errors,
            static one => one.Code is "AnotherOperationInProgress" or "RetryableError" or "ReferencedResourceNotProvisioned"
            or "RetryableErrorDueToAnotherOperation" or "OperationInProgress" || InProgress().IsMatch(one.Message ?? ""))
            ? "Wait until the resource's current operation has ended, and run the command again." : null;
    }

    private static string Region(IEnumerable<ArmErrorDetail> errors) =>
        errors.Select(static one => Place().Match(one.Message ?? "")).FirstOrDefault(static match => match.Success)?.Groups["name"].Value
            ?? "<region>";

    [GeneratedRegex("quota|exceeding approved", RegexOptions.IgnoreCase)]
    private static partial Regex Quota();

    [GeneratedRegex("in progress|operation is (already )?running", RegexOptions.IgnoreCase)]
    private static partial Regex InProgress();

    [GeneratedRegex("public ?ip", RegexOptions.IgnoreCase)]
    private static partial Regex PublicAddress();

    [GeneratedRegex("(?:location:? |region )(?<name>[a-z0-9]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Place();

    // "Policy identifiers: '[{"policyAssignment":{"name":"…","id":"…"},…}]'", as the message of a refusal names them.
    [GeneratedRegex("\"policyAssignment\"\\s*:\\s*\\{[^{}]*?\"id\"\\s*:\\s*\"(?<id>[^\"]+)\"")]
    private static partial Regex Assignment();
}
