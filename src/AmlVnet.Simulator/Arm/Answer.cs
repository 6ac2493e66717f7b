using System.Globalization;

namespace AmlVnet.Simulator.Arm;

/// <summary>What a provider says, before it becomes bytes.</summary>
internal sealed class Answer(int status, JsonNode? body = null)
{
    public int Status { get; } = status;

    public JsonNode? Body { get; } = body;

    public List<KeyValuePair<string, string>> Headers { get; } = [];

    /// <summary>The simulated wait that the answer asks for.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>Whether the real provider sends Retry-After here.</summary>
    public bool RealProviderWaits { get; init; }

    /// <summary>Bytes that are not JSON, with their content type.</summary>
    public (byte[] Bytes, string ContentType)? Raw { get; init; }

    public Answer With(string header, string? value)
    {
        if (value is not null)
            Headers.Add(new(header, value));
        return this;
    }

    public static Answer Ok(JsonNode body) => new(200, body);

    public static Answer NoContent { get => new(204); }

    public static Answer List(IEnumerable<JsonObject> items) => Ok(new JsonObject { ["value"] = new JsonArray([.. items]) });

    /// <summary>A page of a list, with the address of the next one when there is more. <c>$top</c> makes it smaller.</summary>
    public static Answer Page(ArmRequest request, IEnumerable<JsonObject> items, int size, string cursor = "$skip", bool alwaysLink = false)
    {
        var skip = 0;
        if (request.QueryValue(cursor) is { Length: > 0 } asked && (!int.TryParse(asked, out skip) || skip < 0))
            throw new ArmException(400, "InvalidQueryParameterValue",
                $"The value '{asked}' of the query parameter '{cursor}' is not valid.");
        if (request.QueryValue("$top") is { } top)
        {
            if (!int.TryParse(top, NumberStyles.None, CultureInfo.InvariantCulture, out var most) || most == 0)
                throw new ArmException(400, "InvalidQueryParameterValue", $"The value '{top}' of the query parameter '$top' is not valid.");
            size = Math.Min(size, most);
        }
        var page = items.Skip(skip).Take(size + 1).ToList();
        var more = page.Count > size;
        var body = new JsonObject { ["value"] = new JsonArray([.. page.Take(size)]) };
        if (more)
        {
            var others = request.Query.Where(q => !q.Key.Equals(cursor, StringComparison.OrdinalIgnoreCase))
                .Select(q => $"{Uri.EscapeDataString(q.Key)}={Uri.EscapeDataString(q.Value)}");
            var next = $"{string.Join('&', others)}&{Uri.EscapeDataString(cursor)}={(skip + size).ToString(CultureInfo.InvariantCulture)}";
            body["nextLink"] = $"{request.Origin}{request.Http.Uri.AbsolutePath}?{next}";
        }
        else if (alwaysLink)
        {
            body["nextLink"] = null;
        }
        return Ok(body);
    }
}
