namespace AmlVnet.Simulator.Kernel;

/// <summary>One document of the simulated cloud: what a provider shows, and beside it what it only knows.</summary>
internal sealed class Resource(string id, string type, JsonObject body, JsonObject? hidden = null)
{
    /// <summary>The id in its canonical spelling; compared without regard to case.</summary>
    public string Id { get; } = id;

    /// <summary>The full resource type in its canonical spelling.</summary>
    public string Type { get; } = type;

    public JsonObject Body { get; set; } = body;

    public JsonObject Hidden { get; } = hidden ?? [];

    public string Name => Id[(Id.LastIndexOf('/') + 1)..];

    public JsonObject Properties => Body["properties"] as JsonObject ?? (JsonObject)(Body["properties"] = new JsonObject());

    public string? Location => Body.Text("location");

    public string State
    {
        get => Properties.Text("provisioningState") ?? "Succeeded";
        set => Properties["provisioningState"] = value;
    }

    public Resource Clone() => new(Id, Type, (JsonObject)Body.DeepClone(), (JsonObject)Hidden.DeepClone());

    public JsonObject ToRecord() => new()
    {
        ["id"] = Id,
        ["type"] = Type,
        ["body"] = Body.DeepClone(),
        ["hidden"] = Hidden.DeepClone(),
    };

    public static Resource FromRecord(JsonObject record) => new(
        record.Text("id")!, record.Text("type")!, (JsonObject)record["body"]!.DeepClone(), (JsonObject)record["hidden"]!.DeepClone());
}
