namespace AmlVnet;

/// <summary>The form of a file of check results.</summary>
public enum CheckResultFormat
{
    /// <summary>The XML that the test tabs of build services read.</summary>
    JUnit,

    /// <summary>An array of objects, one for each result.</summary>
    Json,
}
