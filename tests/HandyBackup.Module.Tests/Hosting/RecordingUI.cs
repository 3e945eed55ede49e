using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

namespace HandyBackup.Module.Tests.Hosting;

/// <summary>What the recording host is shown, and what it answers.</summary>
internal sealed class RecordingUI : PSHostUserInterface
{
    private readonly StringBuilder _text = new();

    /// <summary>Answers to questions for a password; a question without one is refused, as non-interactive hosts do.</summary>
    public ConcurrentQueue<string> Passwords { get; } = new();

    /// <summary>The choice (0 is yes) for each question; a question without one is refused.</summary>
    public ConcurrentQueue<int> Choices { get; } = new();

    public ConcurrentQueue<string> Questions { get; } = new();

    public ConcurrentQueue<string> Warnings { get; } = new();

    public ConcurrentQueue<ProgressRecord> Progress { get; } = new();

    /// <summary>True if the pipeline stops with the next record of progress, before any cmdlet is told: what Ctrl+C does at that moment.</summary>
    public bool StopsAtProgress { get; set; }

    /// <summary>All that was written.</summary>
    public string Text
    {
        get
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }

    public override PSHostRawUserInterface RawUI { get; } = new EightyColumns();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) => throw new NotImplementedException();

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        Questions.Enqueue(message);
        return Choices.TryDequeue(out int choice) ? choice : throw new HostException("This host cannot ask.");
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName)
    {
        Questions.Enqueue(message);
        return new PSCredential(userName.Length > 0 ? userName : "anna", ReadLineAsSecureString());
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        PromptForCredential(caption, message, userName, targetName);

    public override string ReadLine() => throw new NotImplementedException();

    public override SecureString ReadLineAsSecureString()
    {
        if (!Passwords.TryDequeue(out string? password))
        {
            throw new HostException("This host cannot ask.");
        }

        var secret = new SecureString();
        foreach (char c in password)
        {
            secret.AppendChar(c);
        }

        return secret;
    }

    public override void Write(string value)
    {
        lock (_text)
        {
            _text.Append(value);
        }
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value) => Write(value + "\n");

    public override void WriteErrorLine(string value) => WriteLine(value);

    public override void WriteDebugLine(string message)
    {
    }

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        if (StopsAtProgress)
        {
            throw new PipelineStoppedException();
        }

        Progress.Enqueue(record);
    }

    public override void WriteVerboseLine(string message)
    {
    }

    public override void WriteWarningLine(string message) => Warnings.Enqueue(message);

    private sealed class EightyColumns : PSHostRawUserInterface
    {
        public override Size BufferSize { get; set; } = new(80, 50);

        public override Size WindowSize { get; set; } = new(80, 50);

        public override Size MaxWindowSize => new(80, 50);

        public override Size MaxPhysicalWindowSize => new(80, 50);

        public override ConsoleColor BackgroundColor { get; set; }

        public override ConsoleColor ForegroundColor { get; set; }

        public override Coordinates CursorPosition { get; set; }

        public override int CursorSize { get; set; }

        public override Coordinates WindowPosition { get; set; }

        public override string WindowTitle { get; set; } = "";

        public override bool KeyAvailable => false;

        public override void FlushInputBuffer()
        {
        }

        public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw new NotSupportedException();

        public override KeyInfo ReadKey(ReadKeyOptions options) => throw new NotSupportedException();

        public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw new NotSupportedException();

        public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw new NotSupportedException();

        public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw new NotSupportedException();
    }
}
