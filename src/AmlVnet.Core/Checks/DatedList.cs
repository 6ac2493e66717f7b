using System.Globalization;

namespace AmlVnet.Core.Checks;

/// <summary>A list of facts as of a day. A year later it proves nothing any more, and who asks it gets Unknown.</summary>
/// <param name="AsOf">The day on which the list was true.</param>
internal sealed record DatedList(DateOnly AsOf)
{
    /// <summary>Whether the list still counts on a day.</summary>
    public bool Counts(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime) < AsOf.AddYears(1);

    /// <inheritdoc/>
    public override string ToString() => $"as of {AsOf.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)}";
}
