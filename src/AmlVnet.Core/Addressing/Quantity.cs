namespace AmlVnet.Core.Addressing;

/// <summary>A number with what it counts, in words.</summary>
internal static class Quantity
{
    /// <summary>Such as "1 node" and "3 nodes".</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">The word for one of them; more have an s.</param>
    internal static string Of(long count, string one) => $"{count} {one}{(count == 1 ? "" : "s")}";
}
