using System.Runtime.CompilerServices;
using AmlVnet.Arm.Http;
using AmlVnet.Arm.SignIn;
using AmlVnet.Core.Access;
using AmlVnet.Core.Changes;
using AmlVnet.Core.Checks;

namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet that talks to Azure Resource Manager, or to the simulator in its place.</summary>
public abstract class ArmCmdlet : SessionCmdlet
{
    /// <summary>The subscription to act in; the context's own when not given. An id in the input outranks both.</summary>
    [Parameter, ArgumentCompleter(typeof(SubscriptionCompleter))]
    public virtual string? SubscriptionId { get; set; }

    /// <summary>The connection to use instead of this runspace's: one of this module, or a context of Az.</summary>
    [Parameter, Alias("AzContext", "AzureRmContext"), AmlVnetContextTransformation, ArgumentCompleter(typeof(NoFileCompleter))]
    public AmlVnetContext? DefaultProfile { get; set; }

    /// <summary>The connection, when there is one; a command that can do without asks for it here.</summary>
    private protected AmlVnetContext? KnownContext { get; private set; }

    private protected AmlVnetContext Context => KnownContext ?? throw Problems.NotConnected();

    // One for the command: what one record has read is there for the next ones.
    private Lazy<AzureWork>? _azure;

    // One for the command, too.
    private StrongBox<int>? _told;

    // And one.
    private UncheckedRules? _unchecked;

    private Session? _session;

    // Where ShouldProcess asks of every step, or of none, there is nothing else to ask.
    private bool _asksOfLoss;

    private protected AzureWork Azure => _azure!.Value;

    /// <summary>The subscription that names without an id are in.</summary>
    private protected string Subscription =>
        SubscriptionId is null ? Context.SubscriptionId
        : ResourceNames.CheckSubscriptionId(SubscriptionId) is { } problem
            ? throw Problems.InvalidValue(nameof(SubscriptionId), SubscriptionId, problem)
        : SubscriptionId;

    /// <summary>The workspace of two names.</summary>
    /// <exception cref="AmlVnetException">A name breaks its rule.</exception>
    private protected ArmId NamedWorkspace(string? resourceGroupName, string? workspaceName) => ArmId.ForWorkspace(Subscription,
        References.RequireName(resourceGroupName, "ResourceGroupName", ResourceNames.CheckResourceGroup),
        References.RequireName(workspaceName, "WorkspaceName", ResourceNames.CheckWorkspace));

    /// <summary>The compute of three names.</summary>
    /// <exception cref="AmlVnetException">A name breaks its rule.</exception>
    private protected ArmId NamedCompute(string? resourceGroupName, string? workspaceName, string? name) =>
        NamedWorkspace(resourceGroupName, workspaceName).Child("computes",
            References.RequireName(name, "Name", ResourceNames.CheckCompute));

    /// <summary>The cluster of two names.</summary>
    /// <exception cref="AmlVnetException">A name breaks its rule.</exception>
    private protected ArmId NamedCluster(string? resourceGroupName, string resourceGroupParameter, string? clusterName) =>
        ArmId.ForCluster(Subscription,
            References.RequireName(resourceGroupName, resourceGroupParameter, ResourceNames.CheckResourceGroup),
            References.RequireName(clusterName, "ClusterName", ResourceNames.CheckCluster));

    /// <summary>The workspace of two names and the compute's name; or a piped workspace and the one word that stands before it.</summary>
    /// <exception cref="AmlVnetException">A name breaks its rule, or the piped workspace leaves no name for the compute.</exception>
    private protected (ArmId Workspace, string? Name) NamedIn(string? resourceGroupName, string? workspaceName, string? name)
    {
        if (!References.IsWorkspace(workspaceName)) return (NamedWorkspace(resourceGroupName, workspaceName), name);
        var piped = ArmId.Parse(workspaceName!);
        // What the workspace's own properties have lent to these names says nothing else.
        if (!IsTyped("ResourceGroupName")) return (piped, IsTyped("Name") ? name : null);
        return !IsTyped("Name") && !string.Equals(resourceGroupName, piped.ResourceGroupName, StringComparison.OrdinalIgnoreCase)
            ? (piped, resourceGroupName)
            : throw Problems.InvalidCombination("The workspace is piped, so that -ResourceGroupName has nothing to say.",
                "Leave it out, and name the compute with -Name.");
    }

    /// <summary>Whether the command only shows what it would do.</summary>
    private protected bool IsWhatIf { get; private set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            _session = Session.Current;
            KnownContext = DefaultProfile?.Connection is AzContext az ? AzProfile.Derive(az) : DefaultProfile ?? Session.Current.Context;
        }
        catch (AmlVnetException e)
        {
            Fail(e);
        }

        var context = KnownContext;
        _azure = new(() => context is null ? throw Problems.NotConnected()
            : context.Connection is AzureConnection connection ? new AzureWork(connection)
            : throw Problems.ContextNotLive(context.ToString()), LazyThreadSafetyMode.ExecutionAndPublication);
        _told = new();
        _unchecked = new();
        IsWhatIf = Interaction.IsWhatIf(this);
        var wouldConfirm = Interaction.WouldConfirm(this);
        _asksOfLoss = !wouldConfirm && !Interaction.IsConfirmed(this);
        if (RunAsJob is not null && wouldConfirm)
            Fail(Problems.InvalidCombination("A job can't ask: -AsJob goes with -Confirm:$false, or with $ConfirmPreference High."));
    }

    private protected sealed override string JobLocation =>
        KnownContext is not { } context ? "localhost" : context.Connection is AzureConnection { IsSimulator: true } ? "simulator"
            : context.ArmEndpoint.Host;

    private protected sealed override LogFormat SpokenFormat => KnownContext?.LogFormat ?? base.SpokenFormat;

    private protected sealed override async Task ProcessAsync(CancellationToken cancel)
    {
        var log = new RecordLog(Streams) { GoesOn = GoesOn(), IsEnded = true };
        log.Begin();
        try
        {
            await RunAsync(cancel).ConfigureAwait(false);
        }
        catch (AmlVnetException e) when (e.ErrorId == nameof(Problems.ResourceNotFound) && _azure is { IsValueCreated: true })
        {
            throw Completed(await Azure.Alternatives.ExplainAsync(e, cancel).ConfigureAwait(false), log.Deeds);
        }
        catch (AmlVnetException e)
        {
            throw Completed(e, log.Deeds);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && e is not (PipelineStoppedException or OperationCanceledException))
        {
            throw Completed(Problems.Unexpected(e, Subject), log.Deeds);
        }
        finally
        {
            log.End();
            log.TellRepeated();
            if (!cancel.IsCancellationRequested) log.EndWords();
        }
    }

    /// <summary>What this record is about; null where that is not one resource, or not known.</summary>
    private protected virtual string? Subject => null;

    /// <summary>An id for an error's sentence, where it can be read.</summary>
    private protected static string? IdOrNull(Func<ArmId> read)
    {
        try
        {
            return read().ToString();
        }
        catch (AmlVnetException)
        {
            return null;
        }
    }

    /// <summary>The error as the user has it: of fifty records each says which it is about, what of it was done,
    /// and how it goes on.</summary>
    private AmlVnetException Completed(AmlVnetException e, Deeds deeds)
    {
        // What is wrong with the input changed nothing, and names its parameter.
        if (e.ErrorId is nameof(Problems.InvalidValue) or nameof(Problems.InvalidCombination) or nameof(Problems.InvalidReference)
            or nameof(Problems.WrongResourceType)) return e;
        // What a check refuses says so itself.
        var told = e.Message.Contains("Done before:", StringComparison.Ordinal)
            || e.Message.Contains("Nothing was changed.", StringComparison.Ordinal) ? null : deeds.Told;
        if (Subject is { } subject && !e.Message.Contains(subject[(subject.LastIndexOf('/') + 1)..], StringComparison.OrdinalIgnoreCase))
            told = $"This was for '{subject}'. {told}".TrimEnd();
        // What Azure refused with a code that nobody knows, and nothing was done before, is not mended by the same command.
        var isRefused = e is ArmRequestException { Status: >= 400 and < 500 and not (408 or 429), RecommendedAction: null or "" }
            && !deeds.HasDone;
        var again = isRefused ? null
            : deeds.HasSent || e.Kind is ProblemKind.Connection or ProblemKind.Timeout or ProblemKind.OperationFailed
            ? AgainCommand.Of(this, Given) : null;
        return Problems.On(e, told, again);
    }

    /// <summary>How a stopped command goes on, for its last words.</summary>
    private string? GoesOn()
    {
        // It covers what is left of the records, and the commands after this one.
        if (TypedPipeline.Of(MyInvocation) is { } typed) return $"To go on: {typed}";
        var rest = MyInvocation.PipelinePosition < MyInvocation.PipelineLength
            ? "The commands after it in the pipeline have not run for it: run the whole pipeline again, or them after this one. " : "";
        return rest + (AgainCommand.Of(this, Given) is { } again ? $"To go on: {again}" : "To go on, run the same command again.");
    }

    /// <summary>The work for one record.</summary>
    private protected abstract Task RunAsync(CancellationToken cancel);

    private protected sealed override (ErrorRecord Record, bool IsTerminating) Describe(Exception exception) =>
        (exception.ToErrorRecord(), exception.IsTerminating());

    /// <summary>
    /// Stops at findings that forbid the plan, asks for each step and carries it out. A step that is declined takes no other with it,
    /// unless the plan needs all of them. Null when all were declined, or only shown: what depends on them is skipped,
    /// and nothing is emitted.
    /// </summary>
    private protected async Task<T?> ApplyAsync<T>(PlannedWork<T> work, string[]? skipCheck, CancellationToken cancel,
        Func<Task<bool>>? confirm = null) where T : class => (T?)await CarryAsync(work, skipCheck, cancel, confirm).ConfigureAwait(false);

    /// <inheritdoc cref="ApplyAsync"/>
    private protected async Task<object?> CarryAsync(PlannedWork work, string[]? skipCheck, CancellationToken cancel,
        Func<Task<bool>>? confirm = null)
    {
        References.RequireChecks(skipCheck);
        var skip = new HashSet<string>(skipCheck ?? [], StringComparer.OrdinalIgnoreCase);
        var plan = work.Plan;
        foreach (var remark in plan.Remarks) Streams.Verbose(remark);
        foreach (var warning in plan.Warnings) Streams.Warning(warning);
        foreach (var finding in plan.Doubts.Concat(plan.Blocking.Where(f => skip.Contains(f.Id))))
            Streams.Warning(Problems.Describe(finding));
        WarnUnchecked(plan.Findings.Where(f => !skip.Contains(f.Id)));
        RequireSound(plan, skipCheck);
        // Where nothing is to be written, nothing is asked.
        if (!plan.IsDone)
            await CallerCheck.RequireAsync(Azure, Streams, [.. plan.Steps.SelectMany(static step => step.Needs),
                .. await ListRestAsync(cancel).ConfigureAwait(false)], DoneBefore, cancel).ConfigureAwait(false);
        if (IsWhatIf) await TellAsync(plan, cancel).ConfigureAwait(false);
        var deeds = ActivityLog.Current.Deeds;
        deeds?.Plan(plan.Steps.Select(static step => step.Sentence));
        var isDone = plan.IsDone;
        foreach (var step in plan.Steps)
        {
            if (Azure.IsTimeUp) throw Problems.TimeRanOut(step.Target, step.Sentence);
            if (!await AskAsync(step.Sentence, step.Target, cancel).ConfigureAwait(false))
            {
                deeds?.Skip(step.Sentence);
                if (plan.NeedsAllSteps && !IsWhatIf) return null;
                continue;
            }

            if (confirm is not null && !await confirm().ConfigureAwait(false)) continue;
            if (step is PutCompute && _session?.TakeStatus() == true) Streams.Warning(ComputePlans.Status);
            deeds?.Begin(step.Sentence);
            await work.CarryOutAsync(step, cancel).ConfigureAwait(false);
            deeds?.End();
            isDone = true;
        }

        if (!isDone) return null;
        var result = await work.EndAsync(cancel).ConfigureAwait(false);
        if (!ConcludesItself) WarnUnchecked(work.Unchecked.Where(f => !skip.Contains(f.Id)), NotOpen);
        return result;
    }

    /// <summary>Refuses a plan that a finding forbids.</summary>
    /// <exception cref="AmlVnetException">One does, and was not left out.</exception>
    private protected void RequireSound(Plan plan, string[]? skipCheck)
    {
        References.RequireChecks(skipCheck);
        CheckResult[] blocking = [.. plan.Blocking.Where(f => skipCheck?.Contains(f.Id, StringComparer.OrdinalIgnoreCase) != true)];
        if (blocking.Length > 0)
            throw Problems.CheckFailed(blocking[0].Target, blocking, CheckCatalogue.MayBeSkipped(blocking), DoneBefore);
    }

    /// <summary>Whether the command itself says at its end what could not be looked at.</summary>
    private protected virtual bool ConcludesItself => false;

    /// <summary>What follows from a rule about an endpoint that could not be looked at.</summary>
    private protected const string NotOpen = "the endpoint is not called open";

    /// <summary>Warns, in one text, of rules that could not be looked at before something is done.</summary>
    private protected void WarnUnchecked(IEnumerable<CheckResult> findings)
    {
        if (_unchecked!.Tell(findings) is { } warning) Streams.Warning(warning);
    }

    /// <summary>Warns, in one text, of rules that could not be looked at, and of what follows from that.</summary>
    private protected void WarnUnchecked(IEnumerable<CheckResult> findings, string consequence)
    {
        if (_unchecked!.Tell(findings, consequence) is { } warning) Streams.Warning(warning);
    }

    /// <summary>What else this record needs rights for after the plan that is about to be carried out;
    /// asked before each of its plans.</summary>
    private protected virtual Task<IReadOnlyList<NeededAction>> ListRestAsync(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<NeededAction>>([]);

    /// <summary>Under -WhatIf: that there is nothing to do, and, once,
    /// that what follows in the pipeline will have nothing to show.</summary>
    private async Task TellAsync(Plan plan, CancellationToken cancel)
    {
        if (plan.IsDone)
            await Streams.ShouldProcessAsync($"Nothing to do{(plan.Remarks.Count == 0 ? "." : $": {plan.Remarks[0]}")}", "", "",
                cancel).ConfigureAwait(false);
        if (MyInvocation.PipelinePosition < MyInvocation.PipelineLength && Interlocked.Exchange(ref _told!.Value, 1) == 0)
            Streams.Warning(
                $"With -WhatIf {MyInvocation.MyCommand.Name} emits nothing: the commands after it in the pipeline need its result and show "
                + "nothing. Enable-AmlPrivateInference -WhatIf shows the whole job.");
    }

    /// <summary>Names that were given outrank no id: what is piped then would lend its own name to another role.</summary>
    /// <param name="pipedId">The id of what is piped, if it has one.</param>
    /// <param name="named">The resource that the names give.</param>
    /// <exception cref="AmlVnetException">They are not the same.</exception>
    private protected static ArmId RequireNamed(string? pipedId, ArmId named) =>
        string.IsNullOrEmpty(pipedId) || string.Equals(pipedId, named.ToString(), StringComparison.OrdinalIgnoreCase) ? named
        : throw Problems.InvalidCombination(
            $"What is given by its id, '{pipedId}', is not what the names say: '{named}'. Leave out the names, or what has the id.");

    /// <summary>What this record has changed so far, in words; a check that fails says so.</summary>
    private protected virtual IReadOnlyList<string> DoneBefore => [];

    /// <summary>
    /// Emits what <see cref="ApplyAsync"/> gave. Under -WhatIf a command emits nothing, also where there was nothing to do: whether the
    /// next one shows its steps does not depend on how far an earlier run came.
    /// </summary>
    private protected void Emit(object? result)
    {
        if (result is not null && !IsWhatIf) Streams.Output(result);
    }

    /// <summary>Whether what an earlier try left failed may be taken away; it is asked of as ShouldProcess asks of what has a high
    /// impact.</summary>
    private protected async Task<bool> MayClearAsync(ArmId failed, CancellationToken cancel) =>
        !_asksOfLoss || IsGiven("Force") || await ContinueAsync(
            $"An earlier try left '{failed}' failed, without an endpoint. It is taken out of the workspace, and made again. Go on?",
            "Take away what failed", cancel, "-Confirm:$false").ConfigureAwait(false);

    /// <summary>Asks a question that only a parameter answers beforehand.
    /// Where the command only shows what it would do, there is nothing to ask.</summary>
    private protected async Task<bool> ContinueAsync(string question, string caption, CancellationToken cancel, string answer = "-Force")
    {
        return IsWhatIf || await AnswerAsync(() => Streams.ShouldContinueAsync(question, caption, cancel), question, answer)
            .ConfigureAwait(false);
    }

    private protected Task<bool> AskAsync(string sentence, string target, CancellationToken cancel)
    {
        var where = Azure.IsSimulator ? "[simulator] " : "";
        return AnswerAsync(() => Streams.ShouldProcessAsync($"{where}{sentence} (\"{target}\").", $"{where}{sentence}?\n{target}",
            "Confirm", cancel), sentence, "-Confirm:$false");
    }

    /// <summary>Waits for an answer; the time that it takes is left out of account.</summary>
    /// <exception cref="AmlVnetException">Nobody can answer.</exception>
    private async Task<bool> AnswerAsync(Func<Task<bool>> ask, string question, string parameter)
    {
        var asked = Azure.Now;
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (Exception e) when (PipelinePump.MeansNobodyAnswers(e))
        {
            throw Problems.CannotAsk(question, parameter, e);
        }
        finally
        {
            Azure.LeaveOut(asked);
        }
    }
}
