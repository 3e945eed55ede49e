using System.Management.Automation.Host;
using SystemConsole = System.Console;

namespace HandyBackup.Shell.Console;

/// <summary>Sizes and colours of the terminal, with sensible answers where there is none.</summary>
internal sealed class ShellRawUserInterface : PSHostRawUserInterface
{
    // Without a terminal tables may be wide: who redirects output wants whole names.
    private const int RedirectedWidth = 160;
    private const int RedirectedHeight = 50;

    /// <inheritdoc/>
    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    /// <inheritdoc/>
    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    /// <inheritdoc/>
    public override Coordinates CursorPosition
    {
        get => SystemConsole.IsOutputRedirected ? default : new Coordinates(SystemConsole.CursorLeft, SystemConsole.CursorTop);
        set => SystemConsole.SetCursorPosition(value.X, value.Y);
    }

    /// <inheritdoc/>
    public override Coordinates WindowPosition { get; set; }

    /// <inheritdoc/>
    public override int CursorSize { get; set; } = 25;

    /// <inheritdoc/>
    public override Size BufferSize
    {
        get => WindowSize;
        set => WindowSize = value;
    }

    /// <inheritdoc/>
    public override Size WindowSize
    {
        get => SystemConsole.IsOutputRedirected || SystemConsole.WindowWidth <= 0
            ? new Size(RedirectedWidth, RedirectedHeight)
            : new Size(SystemConsole.WindowWidth, SystemConsole.WindowHeight);
        set => throw new NotSupportedException("The terminal's own window decides its size.");
    }

    /// <inheritdoc/>
    public override Size MaxWindowSize => WindowSize;

    /// <inheritdoc/>
    public override Size MaxPhysicalWindowSize => WindowSize;

    /// <inheritdoc/>
    public override bool KeyAvailable => !SystemConsole.IsInputRedirected && SystemConsole.KeyAvailable;

    /// <inheritdoc/>
    public override string WindowTitle
    {
        get => "Handy Backup";
        set
        {
            if (!SystemConsole.IsOutputRedirected)
            {
                SystemConsole.Title = value;
            }
        }
    }

    /// <inheritdoc/>
    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        ConsoleKeyInfo key = SystemConsole.ReadKey(options.HasFlag(ReadKeyOptions.NoEcho));
        return new KeyInfo((int)key.Key, key.KeyChar, default, keyDown: true);
    }

    /// <inheritdoc/>
    public override void FlushInputBuffer()
    {
        while (KeyAvailable)
        {
            SystemConsole.ReadKey(intercept: true);
        }
    }

    /// <inheritdoc/>
    public override BufferCell[,] GetBufferContents(Rectangle rectangle) =>
        throw new NotSupportedException("A terminal cannot be read back.");

    /// <inheritdoc/>
    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) =>
        throw new NotSupportedException("This shell writes lines only.");

    /// <inheritdoc/>
    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        // Clear-Host fills the whole window, which is the one fill that makes sense here.
        if (!SystemConsole.IsOutputRedirected)
        {
            SystemConsole.Clear();
        }
    }

    /// <inheritdoc/>
    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) =>
        throw new NotSupportedException("This shell writes lines only.");
}
