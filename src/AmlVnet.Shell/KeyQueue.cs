using System.Collections.Concurrent;

namespace AmlVnet.Shell;

/// <summary>
/// Keys from the terminal, with a wait that can be given up: Console.ReadKey cannot be, so a thread of its own sits in it, and a key that
/// comes after its asker has gone is for the next one.
/// </summary>
internal static class KeyQueue
{
    private static readonly BlockingCollection<ConsoleKeyInfo> Keys = [];
    private static readonly SemaphoreSlim Wanted = new(0);
    private static readonly Lock Gate = new();
    private static bool _isAsked;
    private static Thread? _reader;

    /// <summary>Waits for a key. It is not echoed.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public static ConsoleKeyInfo Read(CancellationToken cancel)
    {
        lock (Gate)
        {
            if (_reader is null)
            {
                _reader = new Thread(ReadKeys) { IsBackground = true, Name = "Keys" };
                _reader.Start();
            }

            if (!_isAsked && Keys.Count == 0)
            {
                _isAsked = true;
                Wanted.Release();
            }
        }

        return Keys.Take(cancel);
    }

    private static void ReadKeys()
    {
        while (true)
        {
            Wanted.Wait();
            var key = Console.ReadKey(intercept: true);
            lock (Gate)
            {
                _isAsked = false;
                Keys.Add(key);
            }
        }
    }
}
