namespace AmlVnet.Core.Ids;

/// <summary>A word of Azure's, known or not, which is the same in any case.</summary>
/// <param name="Text">The word as the service writes it.</param>
public readonly record struct Word(string Text)
{
    /// <inheritdoc/>
    public bool Equals(Word other) => Words.Is(Text, other.Text);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Text ?? "");

    /// <inheritdoc/>
    public override string ToString() => Text ?? "";

    /// <summary>The word of a text; an empty one is none.</summary>
    public static Word? Of(string? text) => string.IsNullOrEmpty(text) ? null : new Word(text);
}
