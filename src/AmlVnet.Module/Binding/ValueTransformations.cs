using System.Collections;
using AmlVnet.Core.Addressing;

namespace AmlVnet.Cmdlets.Binding;

/// <summary>
/// Takes a word of an enumeration at once, so that it binds as the value of a piped object where another set has a resource group in the
/// same position. Any other word is left as it is.
/// </summary>
/// <param name="type">The enumeration.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WordTransformationAttribute(Type type) : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        ReferenceBinding.Bare(inputData) is string word && Array.Exists(Enum.GetNames(type), name => name.Equals(word,
            StringComparison.OrdinalIgnoreCase))
            ? Enum.Parse(type, word, ignoreCase: true)
            : inputData;
}

/// <summary>The same for addresses: a text that can be nothing else than a source of traffic.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SourceTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly string[] Words = ["*", "VirtualNetwork", "Internet", "AzureLoadBalancer"];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => ReferenceBinding.Bare(inputData) switch
    {
        string one when IsSource(one) => new[] { one },
        IList { Count: > 0 } many when many.Cast<object?>().All(static one => ReferenceBinding.Bare(one) is string text
            && IsSource(text)) =>
            many.Cast<object?>().Select(static one => (string)ReferenceBinding.Bare(one)!).ToArray(),
        // Without this the engine would make a list of any word, before it looks at a parameter for words.
        string { Length: > 0 } other => new Word(other),
        _ => inputData,
    };

    internal static bool IsSource(string text) =>
        Words.Contains(text, StringComparer.OrdinalIgnoreCase) || Ipv4Prefix.TryParse(text, out _, out _) || Ipv4Address.TryParse(text,
            out _, out _);
}

/// <summary>A text that binds only where no other parameter takes it: the engine makes a string of it last.</summary>
internal sealed class Word(string text)
{
    /// <summary>The text.</summary>
    public override string ToString() => text;
}

/// <summary>
/// Leaves to the command's value, in the same position, what is surely meant as that: a load balancer's type, or an address.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class GroupNameTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        ReferenceBinding.Bare(inputData) is string text
            && (Enum.GetNames<LoadBalancerType>().Contains(text, StringComparer.OrdinalIgnoreCase)
                || SourceTransformationAttribute.IsSource(text))
            ? new Word(text)
            : inputData;
}

/// <summary>Leaves a piped text to -InputObject, which takes every id and can say what is wrong with any other text.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ResourceIdTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        ReferenceBinding.Bare(inputData) is string { Length: > 0 } text ? new Word(text) : inputData;
}
