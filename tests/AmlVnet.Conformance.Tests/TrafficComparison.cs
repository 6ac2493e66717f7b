using System.Globalization;

namespace AmlVnet.Conformance.Tests;

/// <summary>What the official specifications say of the exchanges of a whole run.</summary>
/// <param name="Summary">How much was compared, in one sentence.</param>
/// <param name="Unlisted">The deviations that the guide to the simulator does not list.</param>
internal sealed record TrafficComparison(string Summary, IReadOnlyList<string> Unlisted)
{
    /// <summary>Later versions declare it in an update; the guide lists it.</summary>
    internal const string LegacyMode = "Workspaces_Update | request | properties.v1LegacyMode | undeclared";

    /// <summary>Compares.</summary>
    internal static TrafficComparison Of(IEnumerable<Exchange> exchanges)
    {
        var conformance = new Conformance(SpecLibrary.Official);
        foreach (var exchange in exchanges) conformance.Check(exchange);
        var unlisted = conformance.Deviations
            .Where(static d => d.Side == "request" && !d.Key.EndsWith(" | request | ?$skipToken | undeclared", StringComparison.Ordinal)
                // The address of a poll is the service's own, and it is signed.
                && !d.Key.StartsWith("OperationStatus_Get | request | ?", StringComparison.Ordinal) && d.Key != LegacyMode)
            .Concat(DeviationTable.OfTheGuide().Unlisted(conformance.Deviations.Where(
                // Every service throttles, whether its file lists that or not.
                static d => d.Side != "request" && !d.Detail.StartsWith("429 ", StringComparison.Ordinal))))
            .Select(static d => $"{d.Key} ({d.Detail})").Distinct().ToArray();
        return new TrafficComparison(
            string.Create(CultureInfo.InvariantCulture,
                $"Conformance of this run: {conformance.Operations.Count} operations, {conformance.Validated} exchanges compared, "
                    + $"{unlisted.Length} unlisted deviations."),
            unlisted);
    }
}
