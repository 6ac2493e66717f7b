namespace AmlVnet.Arm.Reading;

/// <summary>Ids that stand in answers, which may be anything.</summary>
internal static class AnswerIds
{
    /// <summary>Reads an id.</summary>
    /// <exception cref="AmlVnetException">It is none.</exception>
    internal static ArmId Read(string? id) =>
        ArmId.TryParse(id, out var parsed, out var reason) ? parsed : throw Problems.AnswerMisshapen(id ?? "", reason, null);

    /// <summary>Reads the id of a compute. Examples of the service show ids without the leading slash.</summary>
    /// <exception cref="AmlVnetException">It is none.</exception>
    internal static ArmId Of(WireCompute compute) => Read("/" + compute.Id?.TrimStart('/'), ResourceTypes.Compute);

    /// <summary>Reads the id of a resource of one type.</summary>
    /// <exception cref="AmlVnetException">It is none.</exception>
    internal static ArmId Read(string? id, string type) =>
        ArmId.TryParse(id, type, out var parsed, out var reason) ? parsed : throw Problems.AnswerMisshapen(id ?? "", reason, null);
}
