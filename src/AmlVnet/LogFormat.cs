namespace AmlVnet;

/// <summary>How commands speak to their host, beside PowerShell's own streams.</summary>
public enum LogFormat
{
    /// <summary>PowerShell's streams, and nothing else.</summary>
    Default,

    /// <summary>
    /// Warnings, errors and progress also as logging commands of Azure Pipelines. Has an effect where the variable TF_BUILD is set, which
    /// the agent does.
    /// </summary>
    AzurePipelines,
}
