using System.Globalization;

namespace AmlVnet.Core.Errors;

/// <summary>The catalogue of errors: each id once, with its kind, its sentence and what to do about it.</summary>
public static partial class Problems
{
    private const string WaysToSignIn =
        "Connect-AmlVnet -Identity (runbook, VM, app); -ServicePrincipal -Credential -Tenant; -ApplicationId -CertificatePath or "
            + "-CertificateThumbprint -Tenant; "
        + "-ApplicationId -FederatedToken -Tenant; -AzurePipelines -ServiceConnectionId; -FromAzContext (after Connect-AzAccount); "
        + "-AzureCli (after az login); -AccessToken; -DefaultCredential.";

    private const string InAzuresPlace = "Check for a proxy that answers in Azure's place.";

    /// <summary>No sign-in in this runspace.</summary>
    public static AmlVnetException NotConnected() => new(nameof(NotConnected), ProblemKind.Authentication,
        "There is no connection in this runspace.",
        "Connect-AmlVnet (browser), or another of its ways: " + WaysToSignIn
        + " Connect-AmlVnet -Simulator rehearses without Azure. In another runspace pass the connection on: -DefaultProfile "
        + "(Get-AmlVnetContext).");

    /// <summary>The context came from another process, or its connection was closed.</summary>
    public static AmlVnetException ContextNotLive(string context) => new(nameof(ContextNotLive), ProblemKind.Authentication,
        $"The context '{context}' has no live connection: it was disconnected, or it comes from a file or another process.",
        "Connect-AmlVnet, then pass the new context.", context);

    /// <summary>The credential gave no token.</summary>
    public static AmlVnetException SignInFailed(Exception failure, string? said = null, string? recommendedAction = null)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new(nameof(SignInFailed), ProblemKind.Authentication, $"Sign-in failed: {said ?? failure.Message}",
            recommendedAction ?? "Connect-AmlVnet with another credential.", innerException: failure);
    }

    /// <summary>Whoever gives the tokens did not answer.</summary>
    public static AmlVnetException SignInUnreachable(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new(nameof(SignInUnreachable), ProblemKind.Connection, $"Sign-in got no answer: {Root(failure)}",
            "Check the network, the proxy, -Environment and -ArmEndpoint; for a managed identity, that this is the machine that has it.",
            innerException: failure);
    }

    /// <summary>What should have gone to the platform's own identity endpoint went to a proxy.</summary>
    public static AmlVnetException IdentityProxied(string endpoint, string proxy, string? said, Exception failure) =>
        new(nameof(SignInUnreachable),
        ProblemKind.Connection,
        $"Sign-in got no token: the request to the identity endpoint {endpoint} goes by the proxy {proxy}, and no proxy leads there."
            + (said is null ? "" : $" The answer was: {said}"),
        "Except the endpoint from the proxy before pwsh starts: add its host to the variable NO_PROXY (169.254.169.254 on a machine of "
            + "Azure).",
        endpoint, failure);

    /// <summary>A server's certificate is not trusted. There is no way to go on without TLS's check.</summary>
    public static AmlVnetException CertificateNotTrusted(string target, string why) =>
        new(nameof(CertificateNotTrusted), ProblemKind.Connection,
        $"The server's certificate is not trusted, so nothing was sent to it: {why} ({target})",
        "If it is your own cloud or your company's proxy, trust the root certificate that issued it. "
        + "Windows: Import-Certificate -FilePath root.cer -CertStoreLocation Cert:\\CurrentUser\\Root. "
        + "Linux: copy it to /usr/local/share/ca-certificates and run update-ca-certificates, or set SSL_CERT_FILE before pwsh starts. "
        + "macOS: security add-trusted-cert -r trustRoot root.cer. The check can't be switched off.", target);

    /// <summary>A token that was handed to the module has ended.</summary>
    public static AmlVnetException TokenExpired(string parameter, DateTimeOffset expiredOn) =>
        new(nameof(TokenExpired), ProblemKind.Authentication,
        $"-{parameter}: the token expired on {expiredOn.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture)}.",
        "Get a new token and Connect-AmlVnet again.");

    /// <summary>Azure wants a token with more in it than the one that was handed to the module.</summary>
    public static AmlVnetException TokenChallenged(string parameter) => new(nameof(TokenChallenged), ProblemKind.Authentication,
        $"-{parameter}: Azure takes this token no longer and asks for a new sign-in (a claims challenge, as after a change of policy or "
            + "password).",
        "Get a new token and Connect-AmlVnet again, or sign in with a credential that answers by itself.");

    /// <summary>Microsoft Graph was needed, and there is no token for it.</summary>
    public static AmlVnetException GraphTokenMissing() => new(nameof(GraphTokenMissing), ProblemKind.Authentication,
        "Microsoft Graph is needed to look up the cluster's service principal, and a token for Azure Resource Manager is not good there.",
        "Connect-AmlVnet -AccessToken … -GraphAccessToken …, or give the object id: -PrincipalId.");

    /// <summary>A browser or a code was asked for where nobody sits in front.</summary>
    public static AmlVnetException NotInteractive(string why, bool byCode = false) => new(nameof(NotInteractive),
        ProblemKind.Authentication,
        byCode ? $"-UseDeviceAuthentication shows a code that somebody has to enter, and {why}."
            : $"Connect-AmlVnet without a choice signs in with a browser, and {why}.", WaysToSignIn);

    /// <summary>Neither a parameter nor the pipeline task gives a value.</summary>
    public static AmlVnetException PipelineValuesMissing(IReadOnlyList<string> missing) =>
        new(nameof(PipelineValuesMissing), ProblemKind.InvalidValue,
        $"-AzurePipelines: not known here: {string.Join("; ", missing)}.",
        "Run in an AzureCLI@2 or AzurePowerShell@5 task of the service connection, which sets them, or give them; in every task map the "
            + "token: "
        + "env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)");

    /// <summary>The Az modules aren't there.</summary>
    public static AmlVnetException AzNotLoaded() => new(nameof(AzNotLoaded), ProblemKind.Authentication,
        "-FromAzContext: this session has no Get-AzAccessToken; the Az.Accounts module is not loaded.",
        "Import-Module Az.Accounts, Connect-AzAccount, and run the command again.");

    /// <summary>The Az modules are there, and nobody is signed in.</summary>
    public static AmlVnetException AzNotSignedIn(string? why) => new(nameof(AzNotSignedIn), ProblemKind.Authentication,
        $"-FromAzContext: Az gives no token: {why ?? "nobody is signed in there."}", "Connect-AzAccount, then run the command again.");

    /// <summary>The Az session handed out a token that has ended.</summary>
    public static AmlVnetException AzTokenExpired(DateTimeOffset expiredOn) => new(nameof(AzTokenExpired), ProblemKind.Authentication,
        $"Az gave a token that expired on {expiredOn.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture)}.",
        "Connect-AzAccount again, then run the command again.");

    /// <summary>The Az session's token is refused with a claims challenge, and Get-AzAccessToken can't answer one.</summary>
    public static AmlVnetException AzSessionChallenged() => new(nameof(AzSessionChallenged), ProblemKind.Authentication,
        "Azure takes the Az session's token no longer and asks for a new sign-in (a claims challenge, as after a change of policy or "
            + "password).",
        "Connect-AzAccount again, then Connect-AmlVnet -FromAzContext.");

    /// <summary>A token of the Az session is needed where its commands can't be run.</summary>
    public static AmlVnetException AzOutOfReach() => new(nameof(AzOutOfReach), ProblemKind.Authentication,
        "The Az session's token has to be renewed, and its Get-AzAccessToken can't be reached from here: this is a job or another "
            + "runspace, and the "
        + "command is not of a module that could be loaded there.",
        "Run the command in the session itself, or sign in another way for jobs: Connect-AmlVnet -Identity, -ServicePrincipal or "
            + "-AzureCli.");

    /// <summary>An Az context without what a sign-in needs.</summary>
    public static AmlVnetException AzContextUnusable(string why) => new(nameof(AzContextUnusable), ProblemKind.Authentication,
        $"-DefaultProfile: the Az context can't be used: {why}",
        "Set-AzContext -Subscription <name or id>, or pass what Get-AmlVnetContext gives.");

    /// <summary>The simulator could not make its world.</summary>
    public static AmlVnetException SimulatorNotStarted(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new(nameof(SimulatorNotStarted), ProblemKind.InvalidValue, $"The simulator did not start: {failure.Message}",
            "Check -Scenario and -StatePath.", innerException: failure);
    }

    /// <summary>A command for the simulator, on a connection to something else.</summary>
    public static AmlVnetException NotTheSimulator(string environment) => new(nameof(NotTheSimulator), ProblemKind.InvalidState,
        $"This connection is to {environment}, not to the simulator in this process.", "Connect-AmlVnet -Simulator", environment);

    /// <summary>A value breaks a rule; the sentence names value, rule and fix.</summary>
    public static AmlVnetException InvalidValue(string parameter, string? value, string sentence, string? recommendedAction = null) =>
        new(nameof(InvalidValue), ProblemKind.InvalidValue, $"-{parameter}: {sentence}", recommendedAction, value);

    /// <summary>Two parameters that don't go together, or one that needs another.</summary>
    public static AmlVnetException InvalidCombination(string sentence, string? recommendedAction = null) =>
        new(nameof(InvalidCombination), ProblemKind.InvalidValue, sentence, recommendedAction);

    /// <summary>A piped or bound object from which no resource id could be had.</summary>
    public static AmlVnetException InvalidReference(string parameter, string problem, string wanted) =>
        new(nameof(InvalidReference), ProblemKind.InvalidValue, $"-{parameter}: {problem}", $"Give {wanted}.");

    /// <summary>An ARM id of another type than the one that is needed.</summary>
    public static AmlVnetException WrongResourceType(string parameter, ArmId id, string wanted, string? recommendedAction = null)
    {
        ArgumentNullException.ThrowIfNull(id);
        return new(nameof(WrongResourceType), ProblemKind.InvalidValue,
            $"-{parameter}: '{id}' is a {id.ResourceType}; {wanted} is needed.", recommendedAction, id.ToString());
    }

    /// <summary>A resource that does not exist, or that the caller may not see.</summary>
    public static AmlVnetException ResourceNotFound(string what, string id, string? recommendedAction = null) =>
        new(nameof(ResourceNotFound), ProblemKind.NotFound, $"The {what} '{id}' does not exist, or this sign-in may not see it.",
            recommendedAction ?? "Check the names and the subscription, and that this sign-in has the role Reader there.", id);

    /// <summary>Something that is not there, with what there is in its place.</summary>
    /// <param name="failure">The error that says that it is not there.</param>
    /// <param name="alternatives">What there is, as sentences.</param>
    public static AmlVnetException WithAlternatives(AmlVnetException failure, string alternatives)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new(failure.ErrorId, failure.Kind, $"{failure.Message} {alternatives}", failure.RecommendedAction, failure.Target,
            failure.InnerException);
    }

    /// <summary>A compute of that name is not an AKS cluster.</summary>
    public static AmlVnetException NotAnAksCompute(string id, string? computeType) => new(nameof(NotAnAksCompute), ProblemKind.InvalidState,
        $"The compute '{id}' is of type {computeType ?? "unknown"}, not AKS.", Words.Is(computeType, "Kubernetes")
            ? "Get-AmlKubernetesCompute and its family are for it, and Update-AksAmlExtension for its router; or choose another -Name."
            : "Choose another -Name.", id);

    /// <summary>The compute exists with other settings.</summary>
    public static AmlVnetException ComputeDiffers(string id, IReadOnlyList<string> differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        return new(nameof(ComputeDiffers), ProblemKind.AlreadyExists,
            $"The compute '{id}' exists with other settings: {string.Join("; ", differences)}.",
            $"Give the settings that it has or another -Name, or remove it first: Remove-AmlAksCompute -ResourceId '{id}'", id);
    }

    /// <summary>The compute exists, and failed before it had a cluster.</summary>
    public static AmlVnetException ComputeFailed(string id, string? why) => new(nameof(ComputeFailed), ProblemKind.InvalidState,
        $"The compute '{id}' exists, but its creation failed: {why ?? "the service gives no reason"}",
        $"Remove-AmlAksCompute -ResourceId '{id}', then run the command again.", id);

    /// <summary>The resource is in a state in which it can't be changed.</summary>
    public static AmlVnetException WrongState(string what, string id, string? state, string recommendedAction) => new(nameof(WrongState),
        ProblemKind.InvalidState, $"The {what} '{id}' is in state {state ?? "unknown"}.", recommendedAction, id);

    /// <summary>The compute has no cluster yet, and a command that only shows what it would do does not wait for one.</summary>
    public static AmlVnetException NotReadyYet(string id, string? state) => WrongState("compute", id, state,
        $"Nothing can be shown before it has a cluster. Wait-AmlOperation -ResourceId '{id}', then run the command again.");

    /// <summary>A finding as a sentence: what is so, and then the rule, which says what should be.</summary>
    public static string Describe(CheckResult finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return $"{finding.Id}: {finding.Evidence?.TrimEnd('.')}. (The rule: {finding.Title}.)";
    }

    /// <summary>Checks found errors; nothing was sent for what they concern.</summary>
    /// <param name="target">What the first of them concerns.</param>
    /// <param name="findings">The errors.</param>
    /// <param name="doneBefore">What the same command had changed before, in words.</param>
    public static AmlVnetException CheckFailed(string target, IReadOnlyList<CheckResult> findings,
        params IReadOnlyList<string> doneBefore) => CheckFailed(target, findings, maySkip: true, doneBefore);

    /// <inheritdoc cref="CheckFailed(string, IReadOnlyList{CheckResult}, IReadOnlyList{string})"/>
    /// <param name="target">What the first of them concerns.</param>
    /// <param name="findings">The errors.</param>
    /// <param name="maySkip">Whether there is sense in going on all the same: not where Azure refuses it by itself.</param>
    /// <param name="doneBefore">What the same command had changed before, in words.</param>
    public static AmlVnetException CheckFailed(string target, IReadOnlyList<CheckResult> findings, bool maySkip,
        IReadOnlyList<string> doneBefore)
    {
        ArgumentNullException.ThrowIfNull(findings);
        ArgumentNullException.ThrowIfNull(doneBefore);
        var advice = string.Join(Environment.NewLine, findings.Select(static f => f.Recommendation).OfType<string>().Distinct());
        var skip = $"# -SkipCheck {string.Join(',', findings.Select(static f => f.Id).Distinct())} goes on all the same.";
        return new(nameof(CheckFailed), ProblemKind.InvalidState,
            string.Join(Environment.NewLine, findings.Select(Describe)) + Environment.NewLine
            + DoneBefore(doneBefore),
            !maySkip ? advice.Length == 0 ? RefusedAnyway : advice : advice.Length == 0 ? skip : $"{advice}{Environment.NewLine}{skip}",
            target);
    }

    private const string RefusedAnyway = "Azure refuses it too: give other values.";

    /// <summary>Roles that were read whole do not give the caller what a command needs; it is told before the first write.</summary>
    /// <param name="missing">The rights.</param>
    /// <param name="caller">Who lacks them; null where the token does not say.</param>
    /// <param name="doneBefore">What the same command had changed before, in words.</param>
    public static AmlVnetException CallerLacksRight(IReadOnlyList<CallerRight> missing, CallerIdentity? caller,
        params IReadOnlyList<string> doneBefore)
    {
        ArgumentNullException.ThrowIfNull(missing);
        ArgumentNullException.ThrowIfNull(doneBefore);
        var lacks = string.Join("; ", missing.Select(static right => $"{right.Need.Action} over '{right.Need.Scope}'"));
        return new(nameof(CallerLacksRight), ProblemKind.PermissionDenied,
            $"This sign-in lacks {(missing.Count == 1 ? "a right" : "rights")} that the command needs: {lacks}. None of its roles there "
                + "gives "
            + $"{(missing.Count == 1 ? "it" : "them")}. {DoneBefore(doneBefore)}",
            RightAdvice.For([.. missing.Select(static right => right.Need)], caller),
            missing.Count == 0 ? null : missing[0].Need.Scope);
    }

    private static string DoneBefore(IReadOnlyList<string> done) => done.Count == 0 ? "Nothing was changed."
        : $"Done before: {string.Join(", ", done)}. The rest was not begun; run the command again to go on.";

    /// <summary>A plan that lacks a value, or that the checks refuse.</summary>
    public static AmlVnetException PlanNotUsable(IReadOnlyList<CheckResult> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return new(nameof(PlanNotUsable), ProblemKind.InvalidValue,
            "-NetworkPlan: the plan can't be used: "
            + (findings.Count == 0 ? "it has no value for everything."
                : string.Join("; ", findings.Select(static f => $"{f.Id}: {f.Evidence}"))),
            "Make another one: New-AmlAksNetworkPlan, with other ranges or a larger subnet.");
    }

    /// <summary>The cluster's network was made by AKS, so there is no subnet to grant on.</summary>
    public static AmlVnetException NotInVirtualNetwork(string clusterId) => new(nameof(NotInVirtualNetwork), ProblemKind.InvalidState,
        $"The cluster '{clusterId}' is not in a virtual network of yours: AKS made its network, and nothing can be granted or made private "
            + "there.",
        "Create a cluster in a subnet: New-AmlAksCompute … -SubnetId <subnet>.", clusterId);

    /// <summary>The cluster's identity can't be told.</summary>
    public static AmlVnetException IdentityUnknown(string clusterId, string why) => new(nameof(IdentityUnknown), ProblemKind.InvalidState,
        $"The identity of the cluster '{clusterId}' can't be told: {why}",
        "Find its object id in Microsoft Entra ID and give it: -PrincipalId <object id>.", clusterId);

    /// <summary>A role scope that does not hold the subnet.</summary>
    public static AmlVnetException ScopeDoesNotHold(string scope, string subnetId) =>
        new(nameof(ScopeDoesNotHold), ProblemKind.InvalidValue,
        $"-Scope: '{scope}' does not hold the subnet '{subnetId}'; a role granted there gives no right on it.",
        $"Give the id of the subnet, its virtual network, its resource group or its subscription, such as '{subnetId}'.", scope);

    /// <summary>The directory still does not know a new principal.</summary>
    public static AmlVnetException PrincipalNotReplicated(string principalId, TimeSpan waited, Exception failure) =>
        new(nameof(PrincipalNotReplicated), ProblemKind.Timeout,
            $"The directory did not know the principal '{principalId}' after {Minutes(waited)}.",
            "Check that the object id is of this tenant; if the identity is new, run the command again.", principalId, failure);

    /// <summary>Something piped names a cluster but no compute.</summary>
    public static AmlVnetException ComputeNotNamed(string clusterId) => new(nameof(ComputeNotNamed), ProblemKind.InvalidValue,
        $"The piped object names the cluster '{clusterId}' but no compute of a workspace, and the load balancer is a setting of the "
            + "compute.",
        "Set-AmlAksLoadBalancer -ResourceGroupName <workspace's group> -WorkspaceName <workspace> -Name <compute> -Type "
            + "InternalLoadBalancer", clusterId);

    /// <summary>Delete was asked for a cluster that the workspace did not make.</summary>
    public static AmlVnetException AttachedNotDeleted(string id) => new(nameof(AttachedNotDeleted), ProblemKind.InvalidState,
        $"The compute '{id}' was attached from outside: the workspace may not delete its cluster.",
        $"Remove-AmlAksCompute -ResourceId '{id}' -UnderlyingResourceAction Detach", id);

    /// <summary>A question that nobody is there to answer.</summary>
    public static AmlVnetException CannotAsk(string question, string parameter, Exception failure) => new(nameof(CannotAsk),
        ProblemKind.InvalidState, $"This host can't ask: {question}", $"Give {parameter} to go on without being asked.",
        innerException: failure);

    /// <summary>A file that can't be read.</summary>
    public static AmlVnetException FileUnreadable(string parameter, string path, string why) => new(nameof(FileUnreadable),
        ProblemKind.InvalidValue, $"-{parameter}: the file '{path}' can't be read: {why}", "Give the path of a file that can be read.",
        path);

    /// <summary>A file that is there, and that was not to be overwritten.</summary>
    public static AmlVnetException FileExists(string parameter, string path) => new(nameof(FileExists), ProblemKind.AlreadyExists,
        $"-{parameter}: the file '{path}' exists, and -NoClobber was given.", "Give another path, or leave -NoClobber out.", path);

    /// <summary>A file that can't be written.</summary>
    public static AmlVnetException FileNotWritten(string parameter, string path, string why) => new(nameof(FileNotWritten),
        ProblemKind.InvalidValue, $"-{parameter}: the file '{path}' can't be written: {why}",
        "Give a path in a folder that exists and may be written.", path);

    /// <summary>A token of an operation that is damaged, or of another cloud.</summary>
    public static AmlVnetException InvalidOperationToken(string why) => new(nameof(InvalidOperationToken), ProblemKind.InvalidValue,
        $"-Token: this is not a token of an operation on this cloud: {why}.", "Wait-AmlOperation -ResourceId <the resource's id>");

    /// <summary>Something that a command can't do without, and that this sign-in may not read.</summary>
    public static AmlVnetException NotReadable(string what, string id, string why) => new(nameof(NotReadable), ProblemKind.PermissionDenied,
        $"The {what} '{id}' can't be read: {why}", RightAdvice.ForWords(why) ?? "Ask for the role Reader there.", id);

    /// <summary>A network security group has no priority left where a rule would have to go.</summary>
    public static AmlVnetException NoFreePriority(string groupId, string why) => new(nameof(NoFreePriority), ProblemKind.InvalidState,
        $"The network security group '{groupId}' has no place for what is to be let through: {why}",
        "Move or remove a rule, and run the command again.", groupId);

    /// <summary>The wait took longer than was allowed; the work may go on.</summary>
    public static AmlVnetException WaitTimedOut(string resourceId, TimeSpan waited, string? lastState, Exception? before = null) =>
        new(nameof(WaitTimedOut),
        ProblemKind.Timeout,
        $"'{resourceId}' was not done after {Minutes(waited)} (last state: {lastState ?? "unknown"}). It may still go on."
            + (before is null ? "" : $" The try before failed: {before.Message}"),
        WaitFor(resourceId) ?? "Run the same command again: it does only what is left.", resourceId, before);

    /// <summary>
    /// A wait that was given up, with what most likely keeps the operation from ending. The command that mends it comes first; one that
    /// only looks comes after the waiting.
    /// </summary>
    public static AmlVnetException Explained(AmlVnetException late, string cause, string? command, bool mends)
    {
        ArgumentNullException.ThrowIfNull(late);
        var advice = late.RecommendedAction!;
        return new(late.ErrorId, late.Kind, $"{late.Message} Most likely: {cause}",
            mends || command is null ? First(command, advice) : First(advice, command), late.Target, late.InnerException);
    }

    /// <summary>A compute that was not ready in time to be switched; nothing was sent.</summary>
    public static AmlVnetException NotSwitched(
        string id, string? state, TimeSpan waited, Exception? innerException = null, string? cause = null, string? command = null) =>
        new(nameof(NotSwitched),
        ProblemKind.Timeout,
        $"The load balancer of '{id}' was not switched: after {Minutes(waited)} the compute was still busy ({state ?? "unknown"})."
            + (cause is null ? "" : $" Most likely: {cause}"),
        First(command, "Run the same command again, with a longer -TimeoutSeconds if need be."), id, innerException);

    /// <summary>An operation that the service accepted and that failed.</summary>
    public static ArmRequestException OperationFailed(
        string what, string resourceId, ArmErrorDetail? error, string? recommendedAction = null, string? cause = null) =>
        new(nameof(OperationFailed), ProblemKind.OperationFailed,
            $"{what} failed{(what.Contains(Last(resourceId), StringComparison.OrdinalIgnoreCase) ? "" : $" ('{Named(resourceId)}')")}: "
                + $"{(error is null ? "the service gives no reason." : Sentence(error))}{(cause is null ? "" : $" Most likely: {cause}")}",
                0, error, null, null,
            recommendedAction ?? RefusalAdvice.For(0, error, resourceId) ?? LookAtLog(resourceId), resourceId);

    private static string First(string? command, string rest) => command is null ? rest : $"{command}\n{rest}";

    /// <summary>A request that Azure refused.</summary>
    public static ArmRequestException RequestRefused(string target, int status, ArmErrorDetail? error, string? requestId,
        string? correlationId)
    {
        var kind = status switch
        {
            401 => ProblemKind.Authentication,
            403 => ProblemKind.PermissionDenied,
            404 => ProblemKind.NotFound,
            409 or 412 => ProblemKind.InvalidState,
            408 or 504 => ProblemKind.Timeout,
            // Throttled: it is not the request that is wrong.
            429 => ProblemKind.Connection,
            >= 500 => ProblemKind.Connection,
            _ => ProblemKind.InvalidValue,
        };
        // What says nothing, or was cut off on its way, need not be Azure's.
        var advice = RefusalAdvice.For(status, error, target) ?? (error is null ? InAzuresPlace : null);
        var said = error is null
            ? $"HTTP {status.ToString(CultureInfo.InvariantCulture)} without an error that can be read" : Sentence(error);
        var suffix = requestId is null ? "" : $" (HTTP {status.ToString(CultureInfo.InvariantCulture)}, request {requestId})";
        return new(nameof(RequestRefused), kind, $"Azure refused the request to '{Named(target)}': {said}{suffix}", status, error,
            requestId, correlationId, advice, target);
    }

    /// <summary>A lock refused a change.</summary>
    /// <param name="failure">The refusal, with the code ScopeLocked.</param>
    /// <param name="lockIds">The locks that refuse it; empty where they can't be read.</param>
    public static ArmRequestException ScopeLocked(ArmRequestException failure, IReadOnlyList<string> lockIds)
    {
        ArgumentNullException.ThrowIfNull(failure);
        ArgumentNullException.ThrowIfNull(lockIds);
        var advice = RefusalAdvice.ForLock(failure.Target, lockIds);
        return new(failure.ErrorId, failure.Kind, failure.Message, failure.Status, failure.Error, failure.RequestId, failure.CorrelationId,
            advice, failure.Target);
    }

    /// <summary>The cloud can't be reached.</summary>
    public static AmlVnetException Unreachable(string target, Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new(nameof(Unreachable), ProblemKind.Connection, $"The request to '{Named(target)}' got no answer: {Root(failure)}",
            "Check the network, the proxy and -ArmEndpoint.", target, failure);
    }

    /// <summary>An answer that is not what the protocol promises.</summary>
    public static AmlVnetException AnswerUnreadable(string target, string why, Exception? failure) => new(nameof(AnswerUnreadable),
        ProblemKind.Connection, $"Azure's answer about '{Named(target)}' can't be read: {Shown(why)}", InAzuresPlace, target, failure);

    /// <summary>A service's answer that is JSON of another form than the protocol promises: it tells nothing, and asking again gives the
    /// same.</summary>
    public static AmlVnetException AnswerMisshapen(string target, string why, Exception? failure) => new(nameof(AnswerUnreadable),
        ProblemKind.InvalidState, $"Azure's answer can't be read: {Shown(why)}", InAzuresPlace, target, failure);

    /// <summary>An answer that Azure never gives, such as a redirect.</summary>
    public static ArmRequestException NotFromAzure(string target, int status, string what) =>
        new(nameof(NotFromAzure), ProblemKind.Connection,
        $"Something answers in Azure's place about '{Named(target)}': HTTP {status.ToString(CultureInfo.InvariantCulture)}, {what}. "
            + "What was asked for may not have been done.", status,
        null, null, null, InAzuresPlace, target);

    /// <summary>An address outside the cloud, to which a request with a token would have gone.</summary>
    public static AmlVnetException TokenNotSent(string target, string where, string trusted) =>
        new(nameof(TokenNotSent), ProblemKind.Connection,
        $"An answer about '{Named(target)}' leads to {where}, and this connection's token goes to {trusted} only; nothing was sent there.",
        InAzuresPlace, target);

    /// <summary>A change that was accepted, and that is not there when it is read back.</summary>
    public static AmlVnetException ChangeNotSeen(string id, string seen) => new(nameof(ChangeNotSeen), ProblemKind.OperationFailed,
        $"The change of '{id}' was accepted, but it can't be seen: {seen}.",
        "Run the command again. If it ends the same: " + InAzuresPlace, id);

    /// <summary>No subscription, or several and no choice.</summary>
    public static AmlVnetException SubscriptionNotChosen(IReadOnlyList<string> visible)
    {
        ArgumentNullException.ThrowIfNull(visible);
        return visible.Count == 0
            ? new(nameof(SubscriptionNotChosen), ProblemKind.NotFound, "This sign-in sees no subscription.",
                "Ask for a role in a subscription, or sign in to another tenant with -Tenant.")
            : new(nameof(SubscriptionNotChosen), ProblemKind.InvalidValue,
                $"This sign-in sees {visible.Count} "
                    + $"subscriptions:{Environment.NewLine}{string.Join(Environment.NewLine, visible.Select(static s => "  " + s))}",
                "Choose one: -Subscription <name or id>.");
    }

    /// <summary>
    /// What it came from, once: the SDK repeats it for each try, among advice for its own users. The cause of a failed connection is told
    /// with the address one step above.
    /// </summary>
    private static string Root(Exception failure)
    {
        if (failure is AggregateException many) return string.Join("; ", many.InnerExceptions.Select(Root).Distinct());
        if (failure is OperationCanceledException) return "the time for it ran out.";
        if (failure.InnerException is not { } inner) return failure.Message;
        var root = Root(inner);
        return failure.Message.StartsWith(root, StringComparison.Ordinal) ? failure.Message : root;
    }

    private static string Sentence(ArmErrorDetail error)
    {
        var nested = error.GetDetails().Length == 0 ? "" : $" [{string.Join("; ", error.GetDetails().Select(Sentence))}]";
        var target = string.IsNullOrEmpty(error.Target) ? "" : $" (target {error.Target})";
        return $"{error}{target}{nested}";
    }

    private static string Minutes(TimeSpan span) => span < TimeSpan.FromMinutes(2)
        ? Math.Round(span.TotalSeconds) is 1 ? "1 second"
            : $"{Math.Round(span.TotalSeconds).ToString(CultureInfo.InvariantCulture)} seconds"
        : $"{Math.Round(span.TotalMinutes).ToString(CultureInfo.InvariantCulture)} minutes";
}
