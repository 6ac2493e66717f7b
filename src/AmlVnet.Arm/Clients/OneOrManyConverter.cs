using System.Text.Json;
using System.Text.Json.Serialization;

namespace AmlVnet.Arm.Clients;

/// <summary>
/// Reads the nodes of a pool of virtual machines. Some api-versions give the bounds of the autoscaler as one object,
/// others as a list of them.
/// </summary>
internal sealed class OneOrManyConverter : JsonConverter<WireNodesOfSize[]>
{
    public override WireNodesOfSize[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return JsonSerializer.Deserialize(ref reader, WireJson.Default.WireNodesOfSize) is { } one ? [one] : null;
        var many = new List<WireNodesOfSize>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            if (JsonSerializer.Deserialize(ref reader, WireJson.Default.WireNodesOfSize) is { } one)
                many.Add(one);
        return [.. many];
    }

    public override void Write(Utf8JsonWriter writer, WireNodesOfSize[] value, JsonSerializerOptions options) =>
        throw new NotSupportedException("The nodes of a pool are read only.");
}
