using System.Globalization;
using System.Management.Automation.Host;

namespace HandyBackup.Module.Tests.Hosting;

/// <summary>A host that notes what it is shown and answers what the test scripted.</summary>
internal sealed class RecordingHost : PSHost
{
    public RecordingUI Recorded { get; } = new();

    public override PSHostUserInterface UI => Recorded;

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.GetCultureInfo("en-US");

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "RecordingHost";

    public override Version Version => new(1, 0);

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
    }
}
