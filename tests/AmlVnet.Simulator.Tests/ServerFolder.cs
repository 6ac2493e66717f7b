namespace AmlVnet.Simulator.Tests;

/// <summary>A folder of one test's own.</summary>
internal sealed class ServerFolder : IDisposable
{
    public string Path { get; } = System.IO.Directory.CreateTempSubdirectory("amlvnet-server-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        try
        {
            System.IO.Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process that was just killed may still be letting go of it; the system clears temporary folders.
        }
    }
}
