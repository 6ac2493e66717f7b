namespace AmlVnet.Core.Ids;

/// <summary>How Azure compares words: without regard to case.</summary>
public static class Words
{
    /// <summary>Whether a value is a word; null is none.</summary>
    public static bool Is(string? value, string word) => string.Equals(value, word, StringComparison.OrdinalIgnoreCase);
}
