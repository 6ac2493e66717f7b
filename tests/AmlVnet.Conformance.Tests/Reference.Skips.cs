namespace AmlVnet.Conformance.Tests;

/// <content>What a test of xUnit asks for.</content>
internal static partial class Reference
{
    /// <summary>Skips the test where there is nothing to compare with.</summary>
    internal static string Require()
    {
        Assert.SkipUnless(IsHere, Missing);
        return Root!;
    }

    internal static JsonObject Example(string name) => Read("examples", name + ".json");

    internal static JsonObject Recording(string name) => Read("recordings", name + ".json");

    private static JsonObject Read(string kind, string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Require(), kind, Path.Combine(name.Split('/')))))!.AsObject();
}
