namespace HandyBackup.Agent.Core.Conditions;

/// <summary>How a machine stands at a moment; null says that it does not know.</summary>
/// <param name="OnBattery">True if it runs on its battery.</param>
/// <param name="OnMetered">True if its network is metered.</param>
/// <param name="OnVpn">True if a VPN is up.</param>
public sealed record MachineCircumstances(bool? OnBattery, bool? OnMetered, bool? OnVpn);
