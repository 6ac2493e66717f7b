using AmlVnet.Core.Checks;

namespace AmlVnet.Cmdlets.Binding;

/// <summary>Reads the ARM id in a reference, or says well what is wrong with it.</summary>
internal static class References
{
    internal static ArmId Require(this ResourceReference reference, string parameter, string wanted, params string[] types)
    {
        if (reference.Id is null) throw Problems.InvalidReference(parameter, reference.Problem ?? "there is no id.", wanted);
        if (!ArmId.TryParse(reference.Id, out var id, out var reason)) throw Problems.InvalidReference(parameter, reason, wanted);
        return types.Length == 0 || types.Any(id.IsType) ? id : throw Problems.WrongResourceType(parameter, id, wanted);
    }

    internal static bool IsWorkspace(string? id) => ArmId.TryParse(id, ResourceTypes.Workspace, out _, out _);

    internal static ArmId RequireId(string? text, string parameter, string resourceType) =>
        ArmId.TryParse(text, resourceType, out var id, out var reason) ? id : throw Problems.InvalidValue(parameter, text, reason);

    /// <summary>Refuses ids of checks that there are not: a misspelt one would skip nothing, and nobody would know.</summary>
    internal static void RequireChecks(string[]? skipCheck)
    {
        if (CheckCatalogue.UnknownIds(skipCheck ?? []) is { Count: > 0 } unknown)
            throw Problems.InvalidValue("SkipCheck", unknown[0],
                $"there is no check '{unknown[0]}'; the ids are those that a refusal names, such as AMLVNET-RBAC-001.");
    }

    internal static string RequireName(string? name, string parameter, Func<string?, string?> check) =>
        check(name) is { } problem ? throw Problems.InvalidValue(parameter, name, problem) : name!;
}
