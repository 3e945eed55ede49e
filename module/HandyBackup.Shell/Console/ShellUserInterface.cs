using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using SystemConsole = System.Console;

namespace HandyBackup.Shell.Console;

/// <summary>Output, input and questions on the terminal. Errors and warnings go to standard error, everything else to standard output.</summary>
internal sealed class ShellUserInterface(ProgressLine progressLine) : PSHostUserInterface
{
    private static readonly bool s_colours = !SystemConsole.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;

    private TextWriter _output = SystemConsole.Out;
    private string _lastWritten = "";

    /// <summary>Is called once, by the write that finds out that nobody reads the output any more.</summary>
    public event Action? OutputClosed;

    /// <summary>True once nobody reads the output any more.</summary>
    public bool IsOutputClosed { get; private set; }

    /// <inheritdoc/>
    public override PSHostRawUserInterface RawUI { get; } = new ShellRawUserInterface();

    /// <inheritdoc/>
    public override bool SupportsVirtualTerminal => s_colours;

    /// <summary>Sends all output to standard error until the result is disposed.</summary>
    public IDisposable WriteToErrorStream()
    {
        _output = SystemConsole.Error;
        return new OutputRestorer(this);
    }

    /// <inheritdoc/>
    public override void Write(string value) => Write(_output, value);

    /// <inheritdoc/>
    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        Coloured(foregroundColor, () => Write(_output, value));

    /// <inheritdoc/>
    public override void WriteLine(string value) => Write(_output, value + Environment.NewLine);

    /// <inheritdoc/>
    public override void WriteErrorLine(string value) =>
        Coloured(ConsoleColor.Red, () => Write(SystemConsole.Error, value + Environment.NewLine));

    /// <inheritdoc/>
    public override void WriteWarningLine(string message) =>
        Coloured(ConsoleColor.Yellow, () => Write(SystemConsole.Error, $"WARNING: {message}{Environment.NewLine}"));

    /// <inheritdoc/>
    public override void WriteVerboseLine(string message) => WriteLine($"VERBOSE: {message}");

    /// <inheritdoc/>
    public override void WriteDebugLine(string message) => WriteLine($"DEBUG: {message}");

    /// <inheritdoc/>
    public override void WriteProgress(long sourceId, ProgressRecord record) => progressLine.Show(record);

    /// <inheritdoc/>
    public override string ReadLine() => ReadAnswer(_lastWritten, "");

    /// <inheritdoc/>
    public override SecureString ReadLineAsSecureString()
    {
        var secret = new SecureString();
        if (SystemConsole.IsInputRedirected)
        {
            // Who asks for a secret knows which parameter takes it, and the engine names parameters that are missing.
            foreach (char c in SystemConsole.ReadLine() ?? throw new HostException(Unanswered(_lastWritten)))
            {
                secret.AppendChar(c);
            }

            return secret;
        }

        for (ConsoleKeyInfo key = SystemConsole.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = SystemConsole.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace && secret.Length > 0)
            {
                secret.RemoveAt(secret.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                secret.AppendChar(key.KeyChar);
            }
        }

        SystemConsole.WriteLine();
        return secret;
    }

    /// <inheritdoc/>
    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        WriteHeading(caption, message);
        var answers = new Dictionary<string, PSObject>();
        foreach (FieldDescription field in descriptions)
        {
            Write($"{(string.IsNullOrEmpty(field.Label) ? field.Name : field.Label.Replace("&", "", StringComparison.Ordinal))}: ");
            bool secret = field.ParameterTypeName == nameof(SecureString);
            answers[field.Name] = PSObject.AsPSObject(
                secret ? ReadLineAsSecureString() : SystemConsole.ReadLine() ?? throw new HostException(Unanswered(_lastWritten)));
        }

        return answers;
    }

    /// <inheritdoc/>
    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        WriteHeading(caption, message);
        string[] keys = [.. choices.Select(KeyOf)];
        while (true)
        {
            Write(string.Join("  ", choices.Select((choice, i) => $"[{keys[i]}] {LabelOf(choice)}")));
            Write(defaultChoice >= 0 ? $" (default is \"{keys[defaultChoice]}\"): " : ": ");
            string answer = ReadAnswer(
                string.IsNullOrEmpty(message) ? caption : message,
                " To go on without being asked, give the command -Confirm:$false, or -Force where it has that.").Trim();
            if (answer.Length == 0 && defaultChoice >= 0)
            {
                return defaultChoice;
            }

            for (int i = 0; i < keys.Length; i++)
            {
                if (string.Equals(answer, keys[i], StringComparison.OrdinalIgnoreCase) || string.Equals(answer, LabelOf(choices[i]), StringComparison.OrdinalIgnoreCase))
                {
                    return i;
                }
            }
        }
    }

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options)
    {
        WriteHeading(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            Write("User: ");
            userName = ReadLine();
        }

        Write(string.Create(CultureInfo.CurrentCulture, $"Password for {userName}: "));
        return new PSCredential(userName, ReadLineAsSecureString());
    }

    private void WriteHeading(string caption, string message)
    {
        foreach (string text in new[] { caption, message })
        {
            if (!string.IsNullOrEmpty(text))
            {
                WriteLine(text);
            }
        }
    }

    // No answer is neither yes nor no: whatever asked ends, and so does the script around it.
    private string ReadAnswer(string question, string advice)
    {
        if (SystemConsole.ReadLine() is { } line)
        {
            return line;
        }

        string reason = Unanswered(question) + advice;
        WriteLine("");
        WriteErrorLine(reason);
        throw new PipelineStoppedException(reason);
    }

    private static string Unanswered(string question) => $"The input ended while an answer was expected to: {question.Trim().TrimEnd(':')}";

    private void Write(TextWriter writer, string value)
    {
        progressLine.Clear();
        writer.Write(GetOutputString(value, SupportsVirtualTerminal));
        _lastWritten = value;
        if (!IsOutputClosed && OutputReader.HasGone)
        {
            IsOutputClosed = true;
            OutputClosed?.Invoke();
        }
    }

    private static void Coloured(ConsoleColor colour, Action write)
    {
        if (!s_colours)
        {
            write();
            return;
        }

        SystemConsole.ForegroundColor = colour;
        write();
        SystemConsole.ResetColor();
    }

    // "&Yes" has the key Y and the label Yes.
    private static string KeyOf(ChoiceDescription choice)
    {
        int mark = choice.Label.IndexOf('&', StringComparison.Ordinal);
        return mark >= 0 && mark + 1 < choice.Label.Length ? choice.Label.Substring(mark + 1, 1).ToUpperInvariant() : LabelOf(choice);
    }

    private static string LabelOf(ChoiceDescription choice) => choice.Label.Replace("&", "", StringComparison.Ordinal);

    private sealed class OutputRestorer(ShellUserInterface ui) : IDisposable
    {
        public void Dispose() => ui._output = SystemConsole.Out;
    }
}
