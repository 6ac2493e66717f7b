using AmlVnet.Core;

namespace AmlVnet.Cmdlets;

/// <summary>Reads the ARM id in a reference, or says well what is wrong with it.</summary>
internal static class References
{
    internal static ArmId Require(this ResourceReference reference, string parameter, string wanted, params string[] types)
    {
        if (reference.Id is null) throw Problems.InvalidReference(parameter, reference.Problem ?? "there is no id.", wanted);
        if (!ArmId.TryParse(reference.Id, out var id, out var reason)) throw Problems.InvalidReference(parameter, reason, wanted);
        return types.Length == 0 || types.Any(id.IsType) ? id : throw Problems.WrongResourceType(parameter, id, wanted);
    }

    internal static ArmId RequireId(string? text, string parameter, string resourceType) =>
        ArmId.TryParse(text, resourceType, out var id, out var reason) ? id : throw Problems.InvalidValue(parameter, text, reason);

    internal static string RequireName(string? name, string parameter, Func<string?, string?> check) =>
        check(name) is { } problem ? throw Problems.InvalidValue(parameter, name, problem) : name!;
}
