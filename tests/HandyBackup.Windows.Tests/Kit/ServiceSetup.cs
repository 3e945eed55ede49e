namespace HandyBackup.Windows.Tests.Kit;

/// <summary>How a service is registered.</summary>
internal sealed record ServiceSetup(uint Type, uint Start, string Command, string Account, string DisplayName, string Description);
