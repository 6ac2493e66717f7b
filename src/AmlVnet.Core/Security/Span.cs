namespace AmlVnet.Core.Security;

/// <summary>Numbers from one to another, both included: addresses or ports.</summary>
internal readonly record struct Span(long Low, long High)
{
    public static Span Of(Ipv4Prefix prefix) => new(prefix.First.Value, prefix.Last.Value);

    /// <summary>The parts of this span that lie in a sorted set of spans.</summary>
    public IEnumerable<Span> In(SpanSet set)
    {
        foreach (var one in set.Spans)
            if (one.Low <= High && Low <= one.High)
                yield return new(Math.Max(Low, one.Low), Math.Min(High, one.High));
    }

    /// <summary>The parts of this span that lie outside a sorted set of spans.</summary>
    public IEnumerable<Span> Outside(SpanSet set)
    {
        var low = Low;
        foreach (var one in In(set))
        {
            if (low < one.Low)
                yield return new(low, one.Low - 1);
            low = one.High + 1;
        }

        if (low <= High)
            yield return new(low, High);
    }
}

/// <summary>Spans in order that do not touch one another.</summary>
internal sealed class SpanSet
{
    public static readonly SpanSet Empty = new([]);

    public SpanSet(IEnumerable<Span> spans)
    {
        var merged = new List<Span>();
        foreach (var span in spans.OrderBy(span => span.Low))
            if (merged.Count > 0 && span.Low <= merged[^1].High + 1)
                merged[^1] = new(merged[^1].Low, Math.Max(merged[^1].High, span.High));
            else
                merged.Add(span);
        Spans = merged;
    }

    public IReadOnlyList<Span> Spans { get; }

    public bool IsEmpty => Spans.Count == 0;

    public bool Touches(SpanSet other)
    {
        for (int mine = 0, theirs = 0; mine < Spans.Count && theirs < other.Spans.Count;)
        {
            if (Spans[mine].High < other.Spans[theirs].Low)
                mine++;
            else if (other.Spans[theirs].High < Spans[mine].Low)
                theirs++;
            else
                return true;
        }

        return false;
    }

    public SpanSet Or(SpanSet other) => other.IsEmpty ? this : IsEmpty ? other : new(Spans.Concat(other.Spans));

    public SpanSet Without(SpanSet other) => new(Spans.SelectMany(span => span.Outside(other)));

    public bool Contains(SpanSet other) => other.Spans.All(span => !span.Outside(this).Any());
}

/// <summary>A set that is known in part: what is in it for sure, and what may be.</summary>
internal readonly record struct Reach(SpanSet Sure, SpanSet Maybe)
{
    public static readonly Reach Nothing = new(SpanSet.Empty, SpanSet.Empty);

    public static Reach Certain(SpanSet set) => new(set, set);

    public Reach Or(Reach other) => new(Sure.Or(other.Sure), Maybe.Or(other.Maybe));
}
