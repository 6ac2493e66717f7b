using System.Management.Automation.Host;

namespace AmlVnet.Shell;

/// <summary>The console's size, cursor and colours, as far as there is a console.</summary>
internal sealed class ShellRawInterface(Func<CancellationToken> interrupted) : PSHostRawUserInterface
{
    private const int RedirectedHeight = 50;
    private string _title = "AmlVnet";

    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    public override Size BufferSize
    {
        get => WindowSize;
        set => throw new NotSupportedException("The Shell does not resize the terminal.");
    }

    public override Coordinates CursorPosition
    {
        get
        {
            if (Console.IsOutputRedirected || Console.IsInputRedirected) return new Coordinates(0, 0);
            var (left, top) = Console.GetCursorPosition();
            return new Coordinates(left, top);
        }

        set
        {
            if (!Console.IsOutputRedirected) Console.SetCursorPosition(value.X, value.Y);
        }
    }

    public override int CursorSize { get; set; } = 25;

    public override bool KeyAvailable => !Console.IsInputRedirected && Console.KeyAvailable;

    public override Size MaxPhysicalWindowSize => WindowSize;

    public override Size MaxWindowSize => WindowSize;

    public override Coordinates WindowPosition { get; set; }

    public override Size WindowSize
    {
        get => new(
            ConsoleTerminal.OutputWidth,
            Console.IsOutputRedirected || Console.WindowHeight <= 0 ? RedirectedHeight : Console.WindowHeight);
        set => throw new NotSupportedException("The Shell does not resize the terminal.");
    }

    public override string WindowTitle
    {
        get => _title;
        set
        {
            _title = value;
            if (ConsoleTerminal.IsOutputColored) Console.Title = value;
        }
    }

    public override void FlushInputBuffer()
    {
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) =>
        throw new NotSupportedException("The Shell cannot read the terminal's contents.");

    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        if (Console.IsInputRedirected) throw new NotSupportedException("There is no terminal to read a key from.");

        var key = KeyQueue.Read(interrupted());
        if ((options & ReadKeyOptions.NoEcho) == 0) Console.Write(key.KeyChar);
        return new KeyInfo((int)key.Key, key.KeyChar, default, keyDown: true);
    }

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) =>
        throw new NotSupportedException("The Shell cannot scroll a part of the terminal.");

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) =>
        throw new NotSupportedException("The Shell cannot write cells.");

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        // Clear-Host asks for this and nothing else does.
        if (!Console.IsOutputRedirected) Console.Clear();
    }
}
