using System.Management.Automation;
using SystemConsole = System.Console;

namespace HandyBackup.Shell.Console;

/// <summary>Shows the newest progress record in the terminal's last line; silent where output is not a terminal.</summary>
internal sealed class ProgressLine
{
    private const int BarWidth = 20;
    private readonly Lock _lock = new();
    private int _shownLength;

    /// <summary>Shows a record, or clears the line when the activity is completed.</summary>
    public void Show(ProgressRecord record)
    {
        if (SystemConsole.IsOutputRedirected)
        {
            return;
        }

        lock (_lock)
        {
            Clear();
            if (record.RecordType == ProgressRecordType.Completed)
            {
                return;
            }

            string text = Format(record, Math.Max(20, SystemConsole.WindowWidth - 1));
            SystemConsole.Write(text);
            _shownLength = text.Length;
        }
    }

    /// <summary>Takes the line away before other output is written.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            if (_shownLength > 0)
            {
                SystemConsole.Write("\r" + new string(' ', _shownLength) + "\r");
                _shownLength = 0;
            }
        }
    }

    /// <summary>One line of at most <paramref name="width"/> characters.</summary>
    internal static string Format(ProgressRecord record, int width)
    {
        string bar = "";
        if (record.PercentComplete is >= 0 and <= 100)
        {
            int filled = record.PercentComplete * BarWidth / 100;
            bar = $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {record.PercentComplete,3}% ";
        }

        string remaining = record.SecondsRemaining > 0 ? $" ({TimeSpan.FromSeconds(record.SecondsRemaining):h\\:mm\\:ss} left)" : "";
        string text = $"{bar}{record.Activity}: {record.StatusDescription}{remaining} {record.CurrentOperation}".TrimEnd();
        return text.Length <= width ? text : text[..(width - 1)] + "…";
    }
}
