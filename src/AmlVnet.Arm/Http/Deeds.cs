namespace AmlVnet.Arm.Http;

/// <summary>
/// What the work of one record has changed so far, in the sentences of its steps: for the error that ends it, and for the last words when
/// the user stops it. A change stands here as one that may have been made from the moment before it is sent.
/// </summary>
internal sealed class Deeds(Action<string?> onChange)
{
    private readonly object _gate = new();
    private readonly List<string> _done = [];
    private readonly List<string> _ahead = [];
    private string? _now;
    private bool _isSent;
    private bool _wasSent;

    /// <summary>Whether something that changes was sent, be it refused.</summary>
    internal bool HasSent
    {
        get
        {
            lock (_gate) return _wasSent;
        }
    }

    /// <summary>Whether a step was carried out, or may have been.</summary>
    internal bool HasDone
    {
        get
        {
            lock (_gate) return _done.Count > 0 || _isSent;
        }
    }

    /// <summary>What was done, may have been done and was not, in one sentence each; null where nothing was sent.</summary>
    internal string? Told
    {
        get
        {
            lock (_gate)
            {
                if (!_wasSent) return null;
                var maybe = _isSent ? _now : null;
                List<string> left = [.. _isSent || _now is null ? _ahead : [_now, .. _ahead]];
                return string.Join(' ', new[]
                {
                    Sentence("Done", _done), Sentence("May have been done", maybe is null ? [] : [maybe]), Sentence("Not done", left),
                }.OfType<string>());
            }
        }
    }

    /// <summary>Adds the steps of a plan.</summary>
    internal void Plan(IEnumerable<string> sentences)
    {
        lock (_gate)
        {
            _ahead.Clear();
            _ahead.AddRange(sentences);
        }
    }

    /// <summary>Leaves out a step that was declined.</summary>
    internal void Skip(string sentence)
    {
        lock (_gate) _ahead.Remove(sentence);
    }

    /// <summary>A step is carried out from now on.</summary>
    internal void Begin(string sentence) => Change(() =>
    {
        _ahead.Remove(sentence);
        (_now, _isSent) = (sentence, false);
    });

    /// <summary>A request that changes something is about to be sent.</summary>
    internal void Sending() => Change(() => (_isSent, _wasSent) = (_now is not null, true));

    /// <summary>The last such request was refused, so that nothing came of it.</summary>
    internal void Refused() => Change(() => _isSent = false);

    /// <summary>The step was carried out, and read back.</summary>
    internal void End() => Change(() =>
    {
        if (_now is { } done) _done.Add(done);
        (_now, _isSent) = (null, false);
    });

    private void Change(Action change)
    {
        lock (_gate) change();
        onChange(Told);
    }

    private static string? Sentence(string word, List<string> steps) => steps.Count == 0 ? null
        : $"{word}: {string.Join("; ", steps)}.";
}
