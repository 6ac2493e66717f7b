using System.Management.Automation.Language;

namespace AmlVnet.Cmdlets.Streams;

/// <summary>The pipeline that a command stands in, as it was typed.</summary>
internal static class TypedPipeline
{
    private const int Longest = 2000;

    private static readonly HashSet<string> Constants = new(["true", "false", "null"], StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Writes it down; null where the command stands alone, where it goes over several lines, and where the text would not mean the same
    /// again: with variables and script blocks in it, or with a secret.
    /// </summary>
    internal static string? Of(InvocationInfo invocation)
    {
        if (invocation.Line is not { Length: > 0 and <= Longest } line
            || line.Contains("-AsPlainText", StringComparison.OrdinalIgnoreCase)) return null;
        var script = Parser.ParseInput(line, out _, out var errors);
        if (errors.Length > 0) return null;
        var pipeline = (PipelineAst?)script.Find(ast => ast is PipelineAst { PipelineElements.Count: > 1 } one
            && one.PipelineElements.Any(element => element is CommandAst && element.Extent.StartOffset == invocation.OffsetInLine - 1),
            searchNestedScriptBlocks: true);
        return pipeline is null || pipeline.Find(static ast => ast is ScriptBlockExpressionAst or SubExpressionAst
            || ast is VariableExpressionAst variable && !Constants.Contains(variable.VariablePath.UserPath), searchNestedScriptBlocks: true)
                is not null ? null : pipeline.Extent.Text.Trim();
    }
}
