namespace AmlVnet.Core.Security;

/// <summary>Traffic as a product of four sets: source addresses, source ports, destination addresses, destination ports.</summary>
internal sealed record Box(SpanSet Source, SpanSet SourcePorts, SpanSet Destination, SpanSet DestinationPorts)
{
    public bool IsEmpty => Source.IsEmpty || SourcePorts.IsEmpty || Destination.IsEmpty || DestinationPorts.IsEmpty;

    /// <summary>Whether the two boxes share anything.</summary>
    public bool Touches(Box other) => Source.Touches(other.Source) && Destination.Touches(other.Destination)
        && DestinationPorts.Touches(other.DestinationPorts) && SourcePorts.Touches(other.SourcePorts);

    /// <summary>What this box shares with the other (null for nothing), and what is left of it in at most four boxes.</summary>
    public (Box? Hit, IReadOnlyList<Box> Left) Split(Box other)
    {
        var source = And(Source, other.Source);
        var sourcePorts = And(SourcePorts, other.SourcePorts);
        var destination = And(Destination, other.Destination);
        var destinationPorts = And(DestinationPorts, other.DestinationPorts);
        var hit = new Box(source, sourcePorts, destination, destinationPorts);
        if (hit.IsEmpty)
            return (null, [this]);
        List<Box> rest = [];
        Add(this with { Source = Source.Without(source) });
        Add(this with { Source = source, SourcePorts = SourcePorts.Without(sourcePorts) });
        Add(this with { Source = source, SourcePorts = sourcePorts, Destination = Destination.Without(destination) });
        Add(hit with { DestinationPorts = DestinationPorts.Without(destinationPorts) });
        return (hit, rest);

        void Add(Box box)
        {
            if (!box.IsEmpty)
                rest.Add(box);
        }

        static SpanSet And(SpanSet left, SpanSet right) => new(left.Spans.SelectMany(span => span.In(right)));
    }
}
