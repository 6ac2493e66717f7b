namespace AmlVnet.Core.Ids;

/// <summary>Names of Azure regions. Azure takes and gives both <c>East US 2</c> and <c>eastus2</c>; they are one region.</summary>
public static class AzureRegion
{
    /// <summary>The short form: lower case without blanks, dashes or parentheses.</summary>
    public static string Normalize(string region)
    {
        ArgumentNullException.ThrowIfNull(region);
        return string.Concat(region.Where(char.IsLetterOrDigit)).ToLowerInvariant();
    }

    /// <summary>Whether two names mean one region.</summary>
    public static bool AreSame(string left, string right) => Normalize(left) == Normalize(right);
}
