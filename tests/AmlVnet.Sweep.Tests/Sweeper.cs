namespace AmlVnet.Sweep.Tests;

/// <summary>What came of one fault at one request.</summary>
/// <param name="Pair">The request and the fault.</param>
/// <param name="Faults">What is wrong with it; empty where all is well.</param>
/// <param name="IsConverged">Whether the second run ended where an undisturbed one ends.</param>
/// <param name="IsClear">Whether there was no error, or one that says what it should.</param>
internal sealed record Verdict(string Pair, IReadOnlyList<string> Faults, bool IsConverged, bool IsClear);

/// <summary>The numbers of one command.</summary>
internal sealed class Tally(string name)
{
    private readonly List<Verdict> _bad = [];

    public string Name => name;

    public int Requests { get; set; }

    public int Injected { get; private set; }

    public int Converged { get; private set; }

    public int Clear { get; private set; }

    public IReadOnlyList<Verdict> Bad => _bad;

    public void Add(Verdict verdict)
    {
        Injected++;
        if (verdict.IsConverged) Converged++;
        if (verdict.IsClear) Clear++;
        if (verdict.Faults.Count > 0) _bad.Add(verdict);
    }

    public override string ToString() =>
        $"{name,-36} {Requests,4} requests  {Injected,5} injected / {Converged,5} converged / {Clear,5} clear";
}

/// <summary>Injects each fault at each request of a command, and runs the command again without.</summary>
internal sealed class Sweeper(Swept swept, bool isWhole, int seed) : IDisposable
{
    // What is everyday for reads: three faults at every third one.
    private const int ReadsApart = 3;
    private const int FaultsAtRead = 3;

    private readonly SweptWorld _world = new(swept.Scenario);
    private readonly Random _random = new(seed);

    public Tally Run()
    {
        var tally = new Tally(swept.Name);
        if (swept.Before.Length > 0 && _world.Run(swept.Before) is { Errors.Count: > 0 } broken)
            throw new InvalidOperationException($"{swept.Before}: {broken.Said}");
        _world.Settle();
        _world.Keep();
        var beginning = _world.Look();
        _world.Renew();
        var undisturbed = _world.Run(swept.Script);
        if (undisturbed.Errors.Count > 0) throw new InvalidOperationException($"{swept.Script}: {undisturbed.Said}");
        var requests = _world.Proxy.Order;
        _world.Settle();
        var wanted = _world.Look();
        tally.Requests = requests.Count;
        foreach (var (request, fault) in Pairs(requests)) tally.Add(Inject(request, fault, beginning, wanted));
        return tally;
    }

    public void Dispose() => _world.Dispose();

    private IEnumerable<(Asked Request, Fault Fault)> Pairs(IReadOnlyList<Asked> requests)
    {
        var reads = _random.Next(ReadsApart);
        foreach (var request in requests)
        {
            var wanted = request.IsWrite ? Reach.Writes : Reach.Reads;
            Fault[] faults = [.. Fault.All.Where(fault => fault.Reach.HasFlag(wanted))];
            if (!isWhole && !request.IsWrite)
            {
                if (reads++ % ReadsApart != 0) continue;
                _random.Shuffle(faults);
                faults = faults[..FaultsAtRead];
            }

            foreach (var fault in faults) yield return (request, fault);
        }
    }

    private Verdict Inject(Asked request, Fault fault, Picture beginning, Picture wanted)
    {
        _world.Renew();
        _world.Proxy.Arm(request, fault);
        _world.Host.ClearText();
        var first = _world.Run(swept.Script);
        var (hasHit, hasWritten) = (_world.Proxy.HasHit, _world.Proxy.HasSentWrites);
        var printed = Printed(first);
        List<string> unclear = [], faults = [];
        if (_world.Proxy.Killed is { } killed)
        {
            _world.Renew(killed);
            (first, printed) = (new Ran([], [], true), null);
        }
        else
        {
            _world.Proxy.Disarm();
        }

        if (hasHit && fault.Stops) unclear.AddRange(UnclearStop(first, hasWritten, request.IsWrite, _world.Host.Text, out printed));
        else unclear.AddRange(Unclear(first, hasWritten));
        // What is claimed without an error is so; what goes on is let end.
        if (hasHit && first.Errors.Count == 0 && !first.IsStopped)
        {
            _world.Settle();
            if (_world.Look().DifferencesFrom(wanted) is { Length: > 0 } untrue)
                faults.Add($"claimed, and is not so:{Environment.NewLine}{untrue}");
        }

        var second = _world.Run(printed ?? swept.Script);
        _world.Settle();
        var end = _world.Look();
        List<string> apart = [];
        if (second.Errors.Count > 0) apart.Add($"the second run: {second.Said}");
        if (end.DifferencesFrom(wanted) is { Length: > 0 } differences) apart.Add($"ends elsewhere:{Environment.NewLine}{differences}");
        foreach (var (id, before) in beginning.Raw)
            if (wanted.Raw.GetValueOrDefault(id) == before && end.Raw.GetValueOrDefault(id) != before)
                apart.Add($"'{id}' is not as it was");
        faults.AddRange(apart);
        faults.AddRange(unclear);
        return new Verdict($"{request}, {fault.Name}", faults, apart.Count == 0, unclear.Count == 0);
    }

    /// <summary>What the last words of a stopped command lack; and the command that they print.</summary>
    private static List<string> UnclearStop(Ran ran, bool hasWritten, bool isWrite, string shown, out string? printed)
    {
        printed = null;
        if (!hasWritten) return [];
        List<string> lacks = [];
        var words = shown.Replace("\r", "", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal);
        if (!ran.IsStopped) lacks.Add($"was not stopped: {ran.Said}");
        if (isWrite && !words.Contains("May have been done:", StringComparison.Ordinal))
            lacks.Add($"the last words do not say what may have been done: {words}");
        const string GoOn = "To go on: ";
        if (words.IndexOf(GoOn, StringComparison.Ordinal) is var at and >= 0)
            printed = words[(at + GoOn.Length)..].Split("WARNING:")[0].Trim();
        else lacks.Add($"the last words print no command: {words}");
        return lacks;
    }

    /// <summary>The command that an error prints to go on with; null where it prints none.</summary>
    private string? Printed(Ran ran) => ran.Errors.Count == 0 ? null
        : ran.Errors[0].ErrorDetails?.RecommendedAction?.Split('\n')[^1] is { } last
            && last.StartsWith(swept.Name.Split(' ')[0] + " -", StringComparison.Ordinal) ? last : null;

    /// <summary>What an error lacks.</summary>
    private static IEnumerable<string> Unclear(Ran ran, bool hasWritten)
    {
        if (ran.Errors.Count > 1) yield return $"{ran.Errors.Count} errors: {ran.Said}";
        foreach (var error in ran.Errors)
        {
            if (error.Exception is not AmlVnetException own)
            {
                yield return $"not ours: {error.Exception}";
                continue;
            }

            var text = own.Message;
            if (string.IsNullOrWhiteSpace(error.ErrorDetails?.RecommendedAction)) yield return $"no recommended action: {ran.Said}";
            if (own.Kind != ProblemKind.Authentication && own.Target is { } target
                && !text.Contains(target.Split('?')[0].TrimEnd('/').Split('/')[^1], StringComparison.OrdinalIgnoreCase))
                yield return $"does not name its target '{target}': {text}";
            if (!text.Contains("my", StringComparison.Ordinal)) yield return $"names nothing: {text}";
            if (text.Any(static c => char.IsControl(c) && c is not ('\r' or '\n'))) yield return $"control characters: {text}";
            if (hasWritten && !text.Contains("Done", StringComparison.OrdinalIgnoreCase))
                yield return $"does not say what was done: {text}";
            if (hasWritten && !error.ErrorDetails!.RecommendedAction.Contains("-A", StringComparison.Ordinal))
                yield return $"no command that goes on: {ran.Said}";
        }
    }
}
