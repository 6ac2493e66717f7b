namespace AmlVnet;

/// <summary>The form of a report for people.</summary>
public enum ReportFormat
{
    /// <summary>One page with a picture, which needs nothing else.</summary>
    Html,

    /// <summary>Text for a change ticket, without the picture.</summary>
    Markdown,
}
